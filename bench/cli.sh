#!/usr/bin/env bash
# How long a person waits: `faultline --version`, and `faultline catalog check` on 1,000 valid checks. Wall-clock
# time of the whole command as typed, launcher included; median of ten after one that is not counted.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$root/bench/common.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

measure() { # title, wanted, command...
  local title=$1 wanted=$2 i began ended times=''
  shift 2
  "$@" >"$work/out" 2>&1 || { echo "bench/cli.sh: $title failed: $(tail -5 "$work/out")" >&2; exit 1; }
  for ((i = 0; i < 10; i++)); do
    began=${EPOCHREALTIME/./}
    "$@" >"$work/out" 2>&1
    ended=${EPOCHREALTIME/./}
    times+=" $((ended - began))"
  done
  printf '%-50s %6.3f s  (wanted: below %s)  %s\n' "$title" "$(awk -v t="$(median "$times")" 'BEGIN { print t / 1e6 }')" \
    "$wanted" "$(tr ' ' '\n' <<<"$times" | awk 'NF { printf "%.2f ", $1 / 1e6 }')"
}

catalogue "$work/catalogue" 1000 http://www.example.org/ 'Welcome to the service' 16
read -r load _ </proc/loadavg
measure 'faultline --version' 0.4 "$root/faultline" --version
measure 'faultline catalog check, 1,000 valid checks' 1 "$root/faultline" catalog check "$work/catalogue"
echo "$(nproc) cores, load before: $load"
