#!/usr/bin/env bash
# Scanning a build log for all shipped signatures: Faultline beside ripgrep, grep and a loop as the Build Failure
# Analyzer plugin has it. Same expressions, same log, one run. Hits are compared first: a difference ends it.
#   bench/scan.sh [MEGABYTES] [--save]
# For root on Debian (installs ripgrep when it is missing). Needs 3 times the log's size in the folder for temporary files.
set -euo pipefail
cd "$(dirname "$0")/.."

megabytes=500
save=no
for argument in "$@"; do
  case $argument in
    --save) save=yes ;;
    *) megabytes=$argument ;;
  esac
done

command -v rg >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ripgrep >/dev/null
./faultline --version >/dev/null # builds when needed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# One core, as little heap as is promised.
bench() { taskset -c 0 "$java" -Xmx64m -XX:+UseSerialGC -cp "target/faultline.jar:$work/classes" ScanBench "$@"; }
mkdir "$work/classes"
"${java}c" -nowarn -cp target/faultline.jar -d "$work/classes" bench/ScanBench.java

taskset -c 0 "$java" -Xmx512m -cp "target/faultline.jar:$work/classes" ScanBench generate "$work/log" "$megabytes" plain
bench patterns "$work/rg.patterns" "$work/grep.patterns"
# What takes minutes on the whole log is timed on its beginning. Whole lines only.
head -c 20M "$work/log" | sed '$d' >"$work/part"
head -c 2M "$work/log" | sed '$d' >"$work/small"

seconds() { # command: its user and system time, and its peak memory
  command time -f '%U %S %M' -o "$work/time" taskset -c 0 "$@" >"$work/out"
  awk '{ printf "%.2f %d", $1 + $2, $3 / 1024 }' "$work/time"
}

exec 3>&1
{
  echo "$(wc -l <"$work/rg.patterns") signatures, a log of $megabytes MB, one core"

  # Parity. With the analyzer's loop: every line and every signature; with the others: the lines that have a hit.
  bench ours "$work/small" "$work/small.ours" >/dev/null
  bench bfa "$work/small" "$work/small.bfa" >"$work/bfa.speed"
  cmp "$work/small.ours.pairs" "$work/small.bfa"
  echo "hits in $(stat -c %s "$work/small") bytes: the same $(wc -l <"$work/small.bfa") pairs of line and signature as java.util.regex finds"
  LC_ALL=C.UTF-8 grep -n -a -E -f "$work/grep.patterns" "$work/small" | cut -d: -f1 | cmp - "$work/small.ours"
  bench ours "$work/log" "$work/log.ours" >"$work/ours.speed"
  rg -n -a --no-config --no-unicode --dfa-size-limit 1G --regex-size-limit 1G -f "$work/rg.patterns" "$work/log" | cut -d: -f1 | cmp - "$work/log.ours"
  echo "hits in the whole log: the same $(wc -l <"$work/log.ours") lines as ripgrep finds; in its beginning the same as grep"

  # Speed, in turn, three rounds; medians of processor time, start of the program included.
  for round in 1 2 3; do
    echo "$(seconds "$java" -Xmx64m -XX:+UseSerialGC -cp "target/faultline.jar:$work/classes" ScanBench ours "$work/log" "$work/log.ours")" >>"$work/ours"
    cut -d, -f2 "$work/out" >>"$work/ours.inside"
    seconds rg -c -a --no-config --no-unicode --dfa-size-limit 1G --regex-size-limit 1G -f "$work/rg.patterns" "$work/log" >>"$work/rg"
    echo >>"$work/rg"
    LC_ALL=C.UTF-8 seconds grep -c -a -E -f "$work/grep.patterns" "$work/part" >>"$work/grep"
    echo >>"$work/grep"
    [[ $round != 1 ]] || { seconds "$java" -Xmx256m -XX:+UseSerialGC -cp "target/faultline.jar:$work/classes" ScanBench bfa "$work/small" "$work/small.bfa" >>"$work/bfa"; echo >>"$work/bfa"; }
  done
  median() { sort -n "$1" | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }'; }
  row() { # name, file with seconds and memory, bytes
    median "$2" | awk -v name="$1" -v bytes="$3" -v ours="$(median "$work/ours" | cut -d' ' -f1)" -v all="$(stat -c %s "$work/log")" '{
      rate = bytes / 1e6 / ($1 > 0 ? $1 : 0.01); base = all / 1e6 / ours
      printf "%-32s %9.1f MB/s of processor time   %5d MB   Faultline is %7.2f times as fast\n", name, rate, $2, base / rate }'
  }
  row "Faultline, heap of 64 MB" "$work/ours" "$(stat -c %s "$work/log")"
  row "ripgrep -f" "$work/rg" "$(stat -c %s "$work/log")"
  row "grep -E -f (first 20 MB)" "$work/grep" "$(stat -c %s "$work/part")"
  row "analyzer's loop (first 2 MB)" "$work/bfa" "$(stat -c %s "$work/small")"
  echo "Faultline by its own clock, start of Java not counted:$(sort -n "$work/ours.inside" | sed -n 2p)"
} | tee "$work/result"
[[ $save == no ]] || { mkdir -p bench/results; cp "$work/result" bench/results/scan.txt; }
