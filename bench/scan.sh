#!/usr/bin/env bash
# Looks for all signatures in one log: Faultline's scanner, ripgrep -f, grep -E -f, and a loop like the Build Failure
# Analyzer's, one after the other, each on one core. Exact hit parity first. What is measured and how: bench/README.md.
#
#   bench/scan.sh [--megabytes N] [--rounds N] [--save]
#
# Needs a JDK, Maven if the jar is not built yet, and root on Debian 12 if ripgrep is not there yet (it is installed). Exit status: 0
# measured, 1 not measured (also if hits differ), 2 wrong use.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
megabytes=500
rounds=3
save=no

say() { printf '%s\n' "$*" >&2; }
die() { say "bench/scan.sh: $*"; exit 1; }
usage() { say "$1; usage: bench/scan.sh [--megabytes N] [--rounds N] [--save]"; exit 2; }

while (($#)); do
  case $1 in
    --megabytes) megabytes=${2-}; shift; [[ $megabytes =~ ^[1-9][0-9]{0,4}$ ]] || usage "--megabytes wants 1 to 99999" ;;
    --rounds) rounds=${2-}; shift; [[ $rounds =~ ^[1-9]$ ]] || usage "--rounds wants 1 to 9" ;;
    --save) save=yes ;;
    *) usage "unknown argument: $1" ;;
  esac
  shift
done

"$root/faultline" --version >/dev/null || die "cannot build" # builds when sources have changed
jar=$root/target/faultline.jar
if ! command -v rg >/dev/null; then
  say "installing ripgrep"
  apt-get install -qq -y --no-install-recommends ripgrep >/dev/null || die "ripgrep is needed"
fi

work=$(mktemp -d "${TMPDIR:-/var/tmp}/faultline-scan.XXXXXX")
trap 'rm -rf "$work"' EXIT
core=(taskset -c 0)
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"${java}c" -nowarn -encoding UTF-8 -d "$work/classes" -cp "$jar" "$root/bench/ScanBench.java"
# As the launcher starts Java, with its class-data archive.
bench() {
  "${core[@]}" "$java" -Xshare:auto -XX:SharedArchiveFile="$root/target/faultline.jsa" -Xlog:disable -Xmx64m -XX:+UseSerialGC \
    -cp "$jar:$work/classes" ScanBench "$@"
}
ripgrep=("${core[@]}" rg --no-config -n -a --dfa-size-limit 1G --regex-size-limit 1G -f "$work/rg.patterns")

# Seconds of a command, by the clock; its output goes to a file.
timed() { # FILE COMMAND...
  local out=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >"$out" || [[ $? == 1 ]]
  to=$(date +%s%N)
  awk -v n=$((to - from)) 'BEGIN { printf "%.3f\n", n / 1e9 }'
}
size() { awk -v s="$(stat -c %s "$1")" 'BEGIN { printf "%.3f", s / 1e6 }'; }
field() { cut -d' ' -f"$2" "$1"; }
best() { sort -g | head -n 1; }
# How busy others kept the cores in a second, in percent of one core.
others() {
  local a b
  a=$(awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat); sleep 1
  b=$(awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat)
  echo $((b - a))
}

say "writing logs"
bench generate "$work/log" "$megabytes" plain
bench generate "$work/coloured" "$megabytes" coloured
bench generate "$work/dense" 1 dense
bench patterns "$work/rg.patterns" "$work/grep.patterns"
head -c 1500000 "$work/log" | sed '$d' >"$work/part"
differ() { trap - EXIT; die "hits differ between Faultline and $1; see the files in $work"; }

say "comparing hits"
bench ours "$work/dense" "$work/dense.ours" >/dev/null
bench bfa "$work/dense" "$work/dense.bfa" >/dev/null
cmp -s "$work/dense.ours.pairs" "$work/dense.bfa" || differ java.util.regex
"${ripgrep[@]}" "$work/dense" | cut -d: -f1 | cmp -s - "$work/dense.ours" || differ "ripgrep, dense log"
bench ours "$work/log" "$work/log.ours" >"$work/figures"
"${ripgrep[@]}" "$work/log" | cut -d: -f1 | cmp -s - "$work/log.ours" || differ ripgrep
grep -n -a -E -f "$work/grep.patterns" "$work/dense" | cut -d: -f1 >"$work/dense.grep" || true
by_grep=$(diff "$work/dense.ours" "$work/dense.grep" | grep -c '^[<>]' || true)

busy=()
for ((i = 0; i < rounds; i++)); do
  say "round $((i + 1))"
  busy+=("$(others)")
  cat "$work/log" >/dev/null
  timed "$work/figures" bench ours "$work/log" "$work/hits" >>"$work/t.ours"
  field "$work/figures" 1 >>"$work/t.inside"
  field "$work/figures" 2 >>"$work/t.thread"
  bench again "$work/log" 4 >>"$work/t.again"
  timed "$work/out" "${ripgrep[@]}" "$work/log" >>"$work/t.rg"
  cat "$work/coloured" >/dev/null
  timed "$work/coloured.figures" bench ours "$work/coloured" "$work/hits" >>"$work/t.coloured"
  timed "$work/out" "${core[@]}" grep -n -a -E -f "$work/grep.patterns" "$work/part" >>"$work/t.grep"
done
bench bfa "$work/part" "$work/hits" >"$work/t.bfa"
timed "$work/out" env FAULTLINE_MEMORY=64m "${core[@]}" "$root/faultline" classify "$work/log" >"$work/t.classify"

row() { # NAME SECONDS MEGABYTES
  awk -v name="$1" -v s="$2" -v mb="$3" -v ours="$(best <"$work/t.ours")" -v all="$(size "$work/log")" 'BEGIN {
    printf "%-44s %9.3f s %9.3f MB %9.2f MB/s %9.2f\n", name, s, mb, mb / s, (all / ours) / (mb / s) }'
}
report() {
  echo "log: $(size "$work/log") MB, $(wc -l <"$work/log") lines, $(wc -l <"$work/log.ours") with a hit; $(wc -l <"$work/rg.patterns") signatures"
  echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; others kept busy before each round: ${busy[*]} % of one core"
  echo "parity: the same lines as ripgrep in the whole log; in a dense log of 1 MiB the same $(wc -l <"$work/dense.bfa") pairs of line and signature"
  echo "        as java.util.regex, and the same $(wc -l <"$work/dense.ours") lines as ripgrep; grep -E (translated): $by_grep lines differ there"
  echo
  echo "one core each, best of $rounds; last column: how many times as fast Faultline is, its whole process counted"
  row "Faultline, whole process, heap of 64 MB" "$(best <"$work/t.ours")" "$(size "$work/log")"
  row "  without the start of Java" "$(best <"$work/t.inside")" "$(size "$work/log")"
  row "  processor time of its scanning thread" "$(best <"$work/t.thread")" "$(size "$work/log")"
  row "  the next log in the same process" "$(best <"$work/t.again")" "$(size "$work/log")"
  row "Faultline, log with colours and times" "$(best <"$work/t.coloured")" "$(size "$work/coloured")"
  row "faultline classify: the verdict, heap 64 MB" "$(cat "$work/t.classify")" "$(size "$work/log")"
  row "ripgrep -f" "$(best <"$work/t.rg")" "$(size "$work/log")"
  row "grep -E -f, beginning of the log" "$(best <"$work/t.grep")" "$(size "$work/part")"
  row "like Build Failure Analyzer, beginning" "$(cat "$work/t.bfa")" "$(size "$work/part")"
  echo
  echo "memory: at most $(field "$work/figures" 5) MB of heap used, $(field "$work/figures" 6) MB of memory for the whole process"
}

report | if [[ $save == yes ]]; then mkdir -p "$root/bench/results" && tee "$root/bench/results/scan.txt"; else cat; fi
