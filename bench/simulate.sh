#!/usr/bin/env bash
# Alert policies over made-up weeks of which the truth is known: ours, and the defaults of four peers; then again with
# short failures that last longer than our policy was made for. Follows from the seeds: the figures are the same anywhere.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

seeds=10
save=no
while (($#)); do
  case $1 in
    --seeds) seeds=$2; shift 2 ;;
    --save) save=yes; shift ;;
    *) echo "usage: bench/simulate.sh [--seeds N] [--save]" >&2; exit 1 ;;
  esac
done

"$root/faultline" --version >/dev/null
{
  "$root/faultline" simulate --days 90 --machines 50 --seeds "$seeds"
  echo
  "$root/faultline" simulate --days 90 --machines 50 --seeds $((seeds < 3 ? seeds : 3)) --blips 150s
  echo
  times >"$work/times"
  awk 'END { print "processor time of all, user and system: " $1 ", " $2 }' "$work/times"
} | tee "$work/report"
if [[ $save == yes ]]; then
  mkdir -p "$root/bench/results"
  cp "$work/report" "$root/bench/results/simulate.txt"
fi
