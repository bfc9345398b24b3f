#!/usr/bin/env bash
# Looks for all signatures in one log: Faultline's scanner, ripgrep -f, grep -E -f, and a loop like the Build Failure
# Analyzer's, one after the other, each on one core. Exact hit parity first. What is measured and how: bench/README.md.
#
#   bench/scan.sh [--megabytes N] [--rounds N] [--save]
#
# Needs the jar (mvn package), and root on Debian 12 if ripgrep is not there yet (it is installed). Exit status: 0
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

jar=${FAULTLINE_JAR:-$root/target/faultline.jar}
[[ -f $jar ]] || die "no $jar; build it with: mvn package"
if ! command -v rg >/dev/null; then
  say "installing ripgrep"
  apt-get install -qq -y --no-install-recommends ripgrep >/dev/null || die "ripgrep is needed"
fi

load=$(cut -d" " -f1 /proc/loadavg)
work=$(mktemp -d "${TMPDIR:-/var/tmp}/faultline-scan.XXXXXX")
trap 'rm -rf "$work"' EXIT
core=(taskset -c 0)
javac -encoding UTF-8 -d "$work/classes" -cp "$jar" "$root/bench/ScanBench.java"
bench() { "${core[@]}" java -Xmx64m -XX:+UseSerialGC -XX:TieredStopAtLevel=4 -cp "$work/classes:$jar" ScanBench "$@"; }

# Wall-clock seconds of a command; its output goes to a file. timed FILE COMMAND...
timed() {
  local out=$1 from to
  shift
  from=$(date +%s%N)
  "$@" >"$out" || true
  to=$(date +%s%N)
  awk -v n=$((to - from)) 'BEGIN { printf "%.3f\n", n / 1e9 }'
}
rate() { awk -v m="$1" -v s="$2" 'BEGIN { printf "%.1f", m / s }'; }
best() { sort -g | head -n 1; }

say "writing a log of $megabytes MiB"
bench generate "$work/log" "$megabytes" plain
bench generate "$work/coloured" "$megabytes" coloured
bench patterns "$work/rg" "$work/grep"
size=$(stat -c %s "$work/log")
mb=$(awk -v s="$size" 'BEGIN { printf "%.3f", s / 1e6 }')

# Parity: the numbers of the lines with a hit, on the first part of the log for grep and the loop, which are slow.
slice=$work/slice
head -c 8000000 "$work/log" | sed '$d' >"$slice"
slice_mb=$(awk -v s="$(stat -c %s "$slice")" 'BEGIN { printf "%.3f", s / 1e6 }')
say "comparing hits"
bench ours "$work/log" "$work/ours" >"$work/ours.figures"
rg -n -f "$work/rg" "$work/log" 2>"$work/rg.error" | cut -d: -f1 >"$work/rg.lines" ||
  die "ripgrep: $(tail -c 300 "$work/rg.error")"
differ() { trap - EXIT; die "hits differ between Faultline and $1; see the files in $work"; }
cmp -s "$work/ours" "$work/rg.lines" || differ ripgrep
bench ours "$slice" "$work/ours.slice" >/dev/null
bench bfa "$slice" "$work/bfa.pairs" >"$work/bfa.figures"
cmp -s "$work/ours.slice.pairs" "$work/bfa.pairs" || differ java.util.regex
grep -n -E -f "$work/grep" "$slice" | cut -d: -f1 >"$work/grep.lines" || true
grep_parity=same
cmp -s "$work/ours.slice" "$work/grep.lines" || grep_parity="differ in $(diff "$work/ours.slice" "$work/grep.lines" | grep -c '^[<>]') lines"
hits=$(wc -l <"$work/ours")

for ((i = 0; i < rounds; i++)); do
  say "round $((i + 1))"
  cat "$work/log" >/dev/null
  timed "$work/out" bench ours "$work/log" "$work/o" >>"$work/t.ours"
  sed 's/ s,.*//' "$work/out" >>"$work/t.inside"
  timed "$work/out" bench ours "$work/coloured" "$work/o" >>"$work/t.coloured"
  timed /dev/null "${core[@]}" rg -n -f "$work/rg" "$work/log" >>"$work/t.rg"
done
timed /dev/null "${core[@]}" grep -n -E -f "$work/grep" "$slice" >>"$work/t.grep"
peak=$({ "${core[@]}" /usr/bin/env bash -c '
  java -Xmx64m -XX:+UseSerialGC -cp "$1" ScanBench ours "$2" "$3" >/dev/null & pid=$!; top=0
  while kill -0 $pid 2>/dev/null; do
    now=$(sed -n "s/^VmHWM: *\([0-9]*\).*/\1/p" /proc/$pid/status 2>/dev/null || true); [ -n "$now" ] && top=$now; sleep 0.1
  done; echo $((top / 1024))' - "$work/classes:$jar" "$work/log" "$work/o"; } 2>/dev/null)

ours=$(best <"$work/t.ours")
inside=$(best <"$work/t.inside")
coloured=$(best <"$work/t.coloured")
ripgrep=$(best <"$work/t.rg")
plain=$(best <"$work/t.grep")
loop=$(sed 's/ s,.*//' "$work/bfa.figures")
report() {
  echo "log: $mb MB, $(wc -l <"$work/log") lines, $hits with a hit; $(wc -l <"$work/rg") signatures; one core each; best of $rounds"
  echo "machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores; load before: $load"
  echo "parity: Faultline and ripgrep have the same lines in the whole log; Faultline and java.util.regex the same hits, line by line"
  echo "        and signature by signature, in the first $slice_mb MB; grep -E (translated): $grep_parity there"
  printf '%-46s %10s %10s\n' '' seconds MB/s
  printf '%-46s %10s %10s\n' "Faultline, whole process with start of the JVM" "$ours" "$(rate "$mb" "$ours")"
  printf '%-46s %10s %10s\n' "Faultline, the scan alone" "$inside" "$(rate "$mb" "$inside")"
  printf '%-46s %10s %10s\n' "Faultline, the log with colours and times" "$coloured" "$(rate "$mb" "$coloured")"
  printf '%-46s %10s %10s\n' "ripgrep -f" "$ripgrep" "$(rate "$mb" "$ripgrep")"
  printf '%-46s %10s %10s\n' "grep -E -f (first $slice_mb MB)" "$plain" "$(rate "$slice_mb" "$plain")"
  printf '%-46s %10s %10s\n' "like the Build Failure Analyzer (the same part)" "$loop" "$(rate "$slice_mb" "$loop")"
  echo "Faultline is $(awk -v a="$(rate "$mb" "$inside")" -v b="$(rate "$slice_mb" "$loop")" 'BEGIN { printf "%.0f", a / (b > 0 ? b : 0.05) }') times the loop, $(awk -v a="$inside" -v b="$ripgrep" 'BEGIN { printf "%.2f", b / a }') times ripgrep"
  echo "memory: ${peak:-?} MB peak of the process, 64 MB of heap at most"
}

report | if [[ $save == yes ]]; then mkdir -p "$root/bench/results" && tee "$root/bench/results/scan.txt"; else cat; fi
