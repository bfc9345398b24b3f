#!/usr/bin/env bash
# HTTP checks per second, CPU and memory: monitoring-plugins, blackbox_exporter, Icinga 2 and Faultline, one
# after the other, against one nginx on loopback. What is measured and how: bench/README.md.
#
#   bench/checks.sh [--rounds N] [--only NAME[,NAME...]] [--save]
#
# Names: check_http blackbox icinga faultline. Needs root on Debian 12 (it installs the peers). Stays below six
# minutes once everything is installed and built. Exit status: 0 measured, 1 not measured, 2 wrong use.
set -euo pipefail
export LC_ALL=C

readonly services=1000            # of Icinga 2 and Faultline
readonly at_once=16               # probes in flight: blackbox_exporter and Faultline
readonly plugin_runs=4000         # check_http, a round
readonly faultline_rounds=60      # of the catalogue, so 60,000 checks a round
readonly blackbox_seconds=8
readonly icinga_warm_up=4 icinga_seconds=10
readonly time_limit=330           # after this many seconds no further round is begun
readonly peers=(nginx-light wrk monitoring-plugins-basic prometheus-blackbox-exporter icinga2-bin)
readonly content='Welcome to the service'
readonly absent='Nobody ever wrote this'

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$root/bench/common.sh"
rounds=3
only=check_http,blackbox,icinga,faultline
save=no

say() { printf '%s\n' "$*" >&2; }
die() { say "bench/checks.sh: $*"; exit 1; }
usage() { say "$1; usage: bench/checks.sh [--rounds N] [--only NAME[,NAME...]] [--save]"; exit 2; }

while (($#)); do
  case $1 in
    --rounds) rounds=${2-}; shift; [[ $rounds =~ ^[1-9][0-9]?$ ]] || usage "--rounds wants 1 to 99" ;;
    --only) only=${2-}; shift ;;
    --save) save=yes ;;
    *) usage "unknown argument: $1" ;;
  esac
  shift
done
IFS=, read -ra contestants <<<"$only"
for name in "${contestants[@]}"; do
  [[ $name =~ ^(check_http|blackbox|icinga|faultline)$ ]] || usage "unknown name: $name"
done
[[ $EUID == 0 ]] || die "must be root, to install packages"

# --- what this script starts, it ends -------------------------------------------------------------------------

work=$(mktemp -d)
chmod 755 "$work"
nginx_pid='' contestant_pid='' own_policy=''

end() { # pid: TERM to it and everything below it, KILL to what is left after five seconds
  local pids pid i
  [[ -n $1 ]] || return 0
  descendants "$1"
  pids=("$1" "${found[@]}")
  kill -TERM "$1" 2>/dev/null || true
  for ((i = 0; i < 50; i++)); do
    kill -0 "$1" 2>/dev/null || break
    nap 0.1
  done
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  wait "$1" 2>/dev/null || true
}

clean_up() {
  end "$contestant_pid"
  end "$nginx_pid"
  [[ -z $own_policy ]] || rm -f "$own_policy"
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

# --- looking at processes, without starting any: their CPU time would fall into the window -----------------------

mkfifo "$work/idle"
exec {idle}<>"$work/idle"
nap() { read -rt "$1" -u "$idle" || true; }

now=0 # microseconds
clock() { now=${EPOCHREALTIME/./}; }

found=()
descendants() { # pid: sets found
  local line pid rest file grew=yes
  local -A parents=()
  for file in /proc/[1-9]*/stat; do
    { read -r line <"$file"; } 2>/dev/null || continue
    pid=${line%% *}
    rest=${line##*) } # the command's name may hold anything; then state and parent
    rest=${rest#* }
    parents[$pid]=${rest%% *}
  done
  local -A family=(["$1"]=1)
  while [[ $grew == yes ]]; do
    grew=no
    for pid in "${!parents[@]}"; do
      if [[ -z ${family[$pid]-} && -n ${family[${parents[$pid]}]-} ]]; then family[$pid]=1 grew=yes; fi
    done
  done
  unset "family[$1]"
  found=("${!family[@]}")
}

readonly tick_ms=$((1000 / $(getconf CLK_TCK)))
cpu=0 # milliseconds: user and system of these processes and of the children they have waited for
cpu_of() {
  local pid line fields
  cpu=0
  for pid in "$@"; do
    { read -r line <"/proc/$pid/stat"; } 2>/dev/null || continue
    read -ra fields <<<"${line##*) }"
    cpu=$((cpu + (fields[11] + fields[12] + fields[13] + fields[14]) * tick_ms))
  done
}

cpu_of_ended() { # of all children that this shell has waited for, and of theirs
  local span spans
  times >"$work/times"
  { read -r; read -ra spans; } <"$work/times"
  cpu=0
  for span in "${spans[@]}"; do # 1m2.345s
    [[ $span =~ ^([0-9]+)m([0-9]+)\.([0-9]{3})s$ ]]
    cpu=$((cpu + BASH_REMATCH[1] * 60000 + BASH_REMATCH[2] * 1000 + 10#${BASH_REMATCH[3]}))
  done
}

memory=0 # kB: sum of the peaks (VmHWM) of these processes
memory_of() {
  local pid line
  memory=0
  for pid in "$@"; do
    { while read -r line; do
      if [[ $line =~ ^VmHWM:[[:space:]]*([0-9]+) ]]; then memory=$((memory + BASH_REMATCH[1])); break; fi
    done <"/proc/$pid/status"; } 2>/dev/null || true
  done
}

# --- nginx, and what it counts -----------------------------------------------------------------------------------

port=0
free_port() { # sets port
  local i
  for ((i = 0; i < 50; i++)); do
    port=$((20000 + RANDOM % 10000))
    { : <>"/dev/tcp/127.0.0.1/$port"; } 2>/dev/null || return 0
  done
  die "no free port found"
}

await() { # port, what: until it accepts a connection, ten seconds at most
  local i
  for ((i = 0; i < 100; i++)); do
    if { : <>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; then return 0; fi
    nap 0.1
  done
  die "$2 does not answer on port $1"
}

connections=0 requests=0 asked=0
counters() { # sets connections and requests as nginx has counted them, without our own asking
  local line socket
  exec {socket}<>"/dev/tcp/127.0.0.1/$web"
  printf 'GET /status HTTP/1.0\r\n\r\n' >&"$socket"
  asked=$((asked + 1))
  while read -r -t 5 -u "$socket" line; do
    if [[ $line =~ ^\ ?([0-9]+)\ ([0-9]+)\ ([0-9]+) ]]; then
      connections=$((BASH_REMATCH[2] - asked)) requests=$((BASH_REMATCH[3] - asked))
    fi
  done
  exec {socket}>&-
}

start_nginx() {
  local i
  free_port
  web=$port
  mkdir "$work/nginx" "$work/nginx/html"
  {
    echo '<!DOCTYPE html><html lang="en"><head><title>Login</title></head><body>'
    echo "<h1>$content</h1>"
    for i in 1 2 3 4 5; do echo "<p>Line $i of a small static page, of about the size that a login page has when it is kept short.</p>"; done
    echo '</body></html>'
  } >"$work/nginx/html/index.html"
  cat >"$work/nginx/nginx.conf" <<EOF
user www-data;
worker_processes 2;
daemon off;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 8192; multi_accept on; }
http {
  access_log off;
  sendfile on;
  tcp_nodelay on;
  open_file_cache max=100;
  keepalive_timeout 60;
  default_type text/html;
  client_body_temp_path $work/nginx/a; proxy_temp_path $work/nginx/b; fastcgi_temp_path $work/nginx/c;
  uwsgi_temp_path $work/nginx/d; scgi_temp_path $work/nginx/e;
  server {
    listen 127.0.0.1:$web backlog=4096;
    root $work/nginx/html;
    location = /status { stub_status; }
    location = /slow { limit_rate 200; try_files /index.html =404; }
  }
}
EOF
  nginx -c "$work/nginx/nginx.conf" >/dev/null 2>&1 &
  nginx_pid=$!
  await "$web" nginx
}

# --- what was measured -------------------------------------------------------------------------------------------

declare -A rate cost peak
record() { # name, checks, microseconds, CPU milliseconds, kB
  local r c
  r=$(awk -v n="$2" -v t="$3" 'BEGIN { printf "%.1f", n / t * 1e6 }')
  c=$(awk -v n="$2" -v t="$4" 'BEGIN { printf "%.4f", t / n }')
  rate[$1]+=" $r" cost[$1]+=" $c" peak[$1]+=" $5"
  say "$(printf '  %-18s %8.0f checks/s  %7.3f CPU-s per 1000  %5.0f MB' "$1" "$r" "$c" "$(($5 / 1024))")"
}

same_work() { # name, checks, connections and requests before: one request in a new connection for each check
  local by_requests=$((requests - $4)) by_connections=$((connections - $3))
  ((by_requests * 100 >= $2 * 99 && by_requests * 100 <= $2 * 101)) || die "$1: $2 checks, but nginx saw $by_requests requests"
  ((by_connections * 100 >= $2 * 99 && by_connections * 100 <= $2 * 101)) ||
    die "$1: $2 checks, but nginx saw $by_connections connections"
}

# --- check_http, forked, two at a time ---------------------------------------------------------------------------

plugin=/usr/lib/nagios/plugins/check_http
plugin_memory=0
plugin_arguments() { arguments=(-I 127.0.0.1 -p "$web" -u "$1" -e ' 200 ' -s "$2"); }

try_check_http() {
  local i slow
  plugin_arguments / "$content"
  "$plugin" "${arguments[@]}" >/dev/null || die "check_http does not accept the page"
  plugin_arguments / "$absent"
  if "$plugin" "${arguments[@]}" >/dev/null; then die "check_http does not look at the content"; fi
  # A plugin lives too short to look at its memory: hold one up with a slow answer.
  plugin_arguments /slow "$content"
  "$plugin" "${arguments[@]}" >/dev/null &
  slow=$!
  for ((i = 0; i < 20; i++)); do
    nap 0.1
    memory_of "$slow"
    if ((memory > plugin_memory)); then plugin_memory=$memory; fi
  done
  wait "$slow" || die "check_http does not accept the slow page"
}

measure_check_http() {
  local began spent connections0 requests0 status
  plugin_arguments / "$content"
  seq "$plugin_runs" >"$work/runs"
  counters
  connections0=$connections requests0=$requests
  cpu_of_ended
  spent=$cpu
  clock
  began=$now
  xargs -a "$work/runs" -P 2 -I '{}' "$plugin" "${arguments[@]}" >/dev/null &
  contestant_pid=$!
  nap 1
  memory_of "$contestant_pid"
  status=0
  wait "$contestant_pid" || status=$?
  clock
  contestant_pid=''
  ((status == 0)) || die "a check_http failed"
  cpu_of_ended
  spent=$((cpu - spent))
  counters
  same_work check_http "$plugin_runs" "$connections0" "$requests0"
  record check_http "$plugin_runs" "$((now - began))" "$spent" "$((2 * plugin_memory + memory))"
}

# --- blackbox_exporter -------------------------------------------------------------------------------------------

blackbox_module() { # name, content
  cat <<EOF
  $1:
    prober: http
    timeout: 10s
    http:
      preferred_ip_protocol: ip4
      valid_status_codes: [200]
      fail_if_body_not_matches_regexp: ["$2"]
EOF
}

start_blackbox() {
  { echo 'modules:'; blackbox_module http_2xx "$content"; blackbox_module absent "$absent"; } >"$work/blackbox.yml"
  free_port
  exporter=$port
  prometheus-blackbox-exporter --config.file="$work/blackbox.yml" --web.listen-address="127.0.0.1:$exporter" \
    --log.level=error >"$work/blackbox.log" 2>&1 &
  contestant_pid=$!
  await "$exporter" blackbox_exporter
}

probe() { # module: prints 1 or 0
  local line socket
  exec {socket}<>"/dev/tcp/127.0.0.1/$exporter"
  printf 'GET /probe?module=%s&target=http://127.0.0.1:%s/ HTTP/1.0\r\n\r\n' "$1" "$web" >&"$socket"
  while read -r -t 10 -u "$socket" line; do
    if [[ $line =~ ^probe_success\ ([01]) ]]; then echo "${BASH_REMATCH[1]}"; fi
  done
  exec {socket}>&-
}

try_blackbox() {
  start_blackbox
  [[ $(probe http_2xx) == 1 ]] || die "blackbox_exporter does not accept the page"
  [[ $(probe absent) == 0 ]] || die "blackbox_exporter does not look at the content"
  end "$contestant_pid"
  contestant_pid=''
}

measure_blackbox() {
  local url began spent connections0 requests0 done_
  start_blackbox
  url="http://127.0.0.1:$exporter/probe?module=http_2xx&target=http://127.0.0.1:$web/"
  wrk -t1 -c"$at_once" -d1s "$url" >/dev/null
  counters
  connections0=$connections requests0=$requests
  cpu_of "$contestant_pid"
  spent=$cpu
  clock
  began=$now
  wrk -t1 -c"$at_once" -d"${blackbox_seconds}s" "$url" >"$work/wrk"
  clock
  cpu_of "$contestant_pid"
  spent=$((cpu - spent))
  if grep -q -e 'Non-2xx' -e 'Socket errors' "$work/wrk"; then die "blackbox_exporter: $(cat "$work/wrk")"; fi
  counters
  done_=$((requests - requests0))
  same_work blackbox "$done_" "$connections0" "$requests0"
  [[ $(probe http_2xx) == 1 ]] || die "blackbox_exporter does not accept the page any more"
  memory_of "$contestant_pid"
  record blackbox "$done_" "$((now - began))" "$spent" "$memory"
  end "$contestant_pid"
  contestant_pid=''
}

# --- Icinga 2 ----------------------------------------------------------------------------------------------------

try_icinga() { try_check_http; } # it runs the same plugin

daemons=()
icinga_daemons() { # sets daemons; a plugin that is just being started still bears the daemon's name, but not for long
  local pid name again
  daemons=("$contestant_pid")
  descendants "$contestant_pid"
  again=("${found[@]}")
  nap 0.5
  for pid in "${again[@]}"; do
    { read -r name <"/proc/$pid/comm"; } 2>/dev/null || continue
    if [[ $name == icinga2 ]]; then daemons+=("$pid"); fi
  done
}

measure_icinga() {
  local d="$work/icinga" i began spent connections0 requests0 done_ a
  rm -rf "$d"
  mkdir "$d" "$d"/{data,log,cache,run,spool}
  plugin_arguments / "$content"
  {
    printf 'object CheckerComponent "checker" { }\nobject CheckCommand "page" {\n  command = [ "%s"' "$plugin"
    for a in "${arguments[@]}"; do printf ', "%s"' "$a"; done
    cat <<EOF
 ]
}
object Host "web" { check_command = "page"; enable_active_checks = false }
for (n in range($services)) {
  object Service "service-" + n {
    host_name = "web"
    check_command = "page"
    check_interval = 500ms
    retry_interval = 500ms
    enable_notifications = false
    enable_event_handler = false
    enable_flapping = false
    enable_perfdata = false
  }
}
EOF
  } >"$d/icinga2.conf"
  chown -R nagios: "$d"
  icinga2 daemon -c "$d/icinga2.conf" -x critical -DMaxConcurrentChecks=512 -DDataDir="$d/data" -DLogDir="$d/log" \
    -DCacheDir="$d/cache" -DInitRunDir="$d/run" -DSpoolDir="$d/spool" >"$d/out" 2>&1 &
  contestant_pid=$!
  counters
  requests0=$requests
  for ((i = 0; i < 200; i++)); do
    nap 0.1
    counters
    ((requests - requests0 < services)) || break
  done
  ((requests - requests0 >= services)) || die "Icinga 2 ran only $((requests - requests0)) checks in 20 s: $(cat "$d/out")"
  nap "$icinga_warm_up"
  icinga_daemons
  counters
  connections0=$connections requests0=$requests
  cpu_of "${daemons[@]}"
  spent=$cpu
  clock
  began=$now
  nap "$icinga_seconds"
  counters
  clock
  cpu_of "${daemons[@]}"
  spent=$((cpu - spent))
  done_=$((requests - requests0))
  memory_of "${daemons[@]}"
  same_work "Icinga 2" "$((requests - requests0))" "$connections0" "$requests0"
  record icinga "$done_" "$((now - began))" "$spent" "$memory"
  end "$contestant_pid"
  contestant_pid=''
}

# --- Faultline ---------------------------------------------------------------------------------------------------

try_faultline() {
  local status
  say "building Faultline if it is not built"
  "$root/faultline" --version >/dev/null || die "./faultline --version failed"
  catalogue "$work/catalogue" "$services" "http://127.0.0.1:$web/" "$content" "$at_once"
  catalogue "$work/one" 1 "http://127.0.0.1:$web/" "$absent" "$at_once"
  status=0
  faultline "$work/one" 1 >"$work/faultline.out" 2>&1 || status=$?
  ((status == 2)) || die "faultline exits with $status, not 2 (critical), when the content is missing: $(tail -5 "$work/faultline.out")"
}

faultline() { # catalogue, rounds
  rm -f "$work"/state.sqlite*
  "$root/faultline" run --quiet --catalog "$1" --rounds "$2" --state "$work/state.sqlite"
}

measure_faultline() {
  local total=$((services * faultline_rounds)) most=0 began spent half=0 half_cpu=0 connections0 requests0 status
  counters
  connections0=$connections requests0=$requests
  cpu_of_ended
  spent=$cpu
  clock
  began=$now
  { faultline "$work/catalogue" "$faultline_rounds" >"$work/faultline.out" 2>&1 && echo "$EPOCHREALTIME" >"$work/ended"; } &
  contestant_pid=$!
  while kill -0 "$contestant_pid" 2>/dev/null; do
    descendants "$contestant_pid"
    memory_of "${found[@]}"
    if ((memory > most)); then most=$memory; fi
    if ((half == 0)); then
      counters
      if ((requests - requests0 >= total / 2)); then
        half_requests=$((requests - requests0))
        cpu_of "${found[@]}"
        half_cpu=$cpu
        clock
        half=$now
      fi
    fi
    clock
    ((now - began < 120000000)) || die "Faultline did not end within two minutes"
    nap 0.1
  done
  status=0
  wait "$contestant_pid" || status=$?
  contestant_pid=''
  ((status == 0)) || die "faultline run exits with $status: $(tail -5 "$work/faultline.out")"
  cpu_of_ended
  spent=$((cpu - spent))
  read -r now <"$work/ended"
  now=${now/./}
  counters
  same_work Faultline "$total" "$connections0" "$requests0"
  record faultline "$total" "$((now - began))" "$spent" "$most"
  if ((half > 0)); then
    record faultline-steady "$((total - half_requests))" "$((now - half))" "$((spent - half_cpu))" "$most"
  fi
}

# --- the run -----------------------------------------------------------------------------------------------------

install_peers() {
  local package missing=() policy=/usr/sbin/policy-rc.d unit
  for package in "${peers[@]}"; do
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then missing+=("$package"); fi
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]}"
  if [[ ! -e $policy ]]; then
    own_policy=$policy
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >&2
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >"$work/apt.log" 2>&1 || die "apt-get: $(tail -5 "$work/apt.log")"
  for package in "${missing[@]}"; do
    case $package in
      nginx-light) unit=nginx ;;
      icinga2-bin) unit=icinga2 ;;
      prometheus-blackbox-exporter) unit=$package ;;
      *) continue ;;
    esac
    if [[ -d /run/systemd/system ]]; then systemctl stop "$unit" >/dev/null 2>&1 || true; fi
    systemctl disable "$unit" >/dev/null 2>&1 || true
  done
  if [[ -n $own_policy ]]; then rm -f "$own_policy"; own_policy=''; fi
}

version() { dpkg-query -W -f '${Version}' "$1"; }

busy=''
look_around() { # how busy the cores are, in percent, during a second in which nothing of ours runs
  local before after free
  read -ra before </proc/stat
  nap 1
  read -ra after </proc/stat
  free=$((after[4] + after[5] - before[4] - before[5]))
  free=$((free * tick_ms * 100 / (1000 * $(nproc))))
  busy+=" $((free > 100 ? 0 : 100 - free))"
  if ((free < 90)); then say "others keep the cores $((100 - free)) % busy: these figures will be poor"; fi
}

ceiling=''
measure_ceiling() { # what nginx gives when the client does next to nothing: no checker can be faster
  wrk -t1 -c"$at_once" -d3s -H 'Connection: close' "http://127.0.0.1:$web/" >"$work/wrk"
  ceiling=$(awk '/^Requests\/sec/ { printf "%.0f", $2 }' "$work/wrk")
}

ratio() { awk -v a="$1" -v b="$2" -v f="$3" 'BEGIN { printf f, a / b }'; }

rounded() { tr ' ' '\n' <<<"$1" | awk 'NF { printf "%.0f ", $1 }'; }

row() { # title, name
  [[ -n ${rate[$2]-} ]] || return 0
  printf '%-44s %10.0f %12.3f %10.0f   %s\n' "$1" "$(median "${rate[$2]}")" "$(median "${cost[$2]}")" \
    "$(awk -v k="$(median "${peak[$2]}")" 'BEGIN { print k / 1024 }')" "$(rounded "${rate[$2]}")"
}

report() {
  local f b i
  echo "HTTP checks against one nginx on loopback, a new connection each: medians of $1 interleaved rounds"
  echo
  printf '%-44s %10s %12s %10s   %s\n' checker checks/s 'CPU-s/1000' 'peak MB' 'checks/s by round'
  row 'monitoring-plugins check_http, forked, 2 at once' check_http
  row "blackbox_exporter http_2xx, $at_once at once" blackbox
  row "Icinga 2, $services services, saturated" icinga
  row "Faultline, $services services, $at_once at once" faultline
  row '  of that, the second half' faultline-steady
  echo
  if [[ -n ${rate[faultline]-} ]]; then
    f=$(median "${rate[faultline]}")
    if [[ -n ${rate[blackbox]-} ]]; then
      b=$(median "${rate[blackbox]}")
      printf '%-60s %6s  (wanted: 3, aim: 4)\n' 'Faultline / blackbox_exporter, checks/s' "$(ratio "$f" "$b" %.2f)"
      printf '%-60s %6s  (wanted: at most 0.40)\n' 'Faultline / blackbox_exporter, CPU per check' \
        "$(ratio "$(median "${cost[faultline]}")" "$(median "${cost[blackbox]}")" %.2f)"
    fi
    if [[ -n ${rate[icinga]-} ]]; then
      i=$(median "${rate[icinga]}")
      printf '%-60s %6s  (wanted: 10)\n' 'Faultline / Icinga 2, checks/s' "$(ratio "$f" "$i" %.2f)"
    fi
    printf '%-60s %6s  (wanted: below 256)\n' "Faultline, peak memory with $services services, MB" \
      "$(ratio "$(median "${peak[faultline]}")" 1024 %.0f)"
    echo
  fi
  if [[ -n ${rate[faultline]-} ]]; then
    echo "Faultline's figures include the start of its JVM and storing each result; the others were warm."
  fi
  echo "nginx's own ceiling here (wrk, a connection each): $ceiling/s."
  echo
  echo "$(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1); kept busy by others before each round:$busy %"
  echo "Debian $(cat /etc/debian_version), Linux $(uname -r); nginx $(version nginx-light), monitoring-plugins $(version monitoring-plugins-basic)," \
    "blackbox_exporter $(version prometheus-blackbox-exporter), icinga2 $(version icinga2-bin)"
  if [[ -n ${rate[faultline]-} ]]; then
    java -version 2>&1 | sed -n '2p'
    "$root/faultline" --version 2>/dev/null
  fi
}

install_peers
start_nginx
for name in "${contestants[@]}"; do "try_$name"; done
SECONDS=0
measure_ceiling
for ((round = 1; round <= rounds && SECONDS < time_limit; round++)); do
  say "round $round"
  look_around
  for name in "${contestants[@]}"; do "measure_$name"; done
done
round=$((round - 1))
((round == rounds)) || say "out of time after $round rounds"
report "$round" | tee "$work/report"
if [[ $save == yes ]]; then
  mkdir -p "$root/bench/results"
  cp "$work/report" "$root/bench/results/checks.txt"
fi
