#!/usr/bin/env bash
# Facts of 50 machines, 8 checks each, over SSH: the time of one `faultline run`, its CPU, and the connections that it
# makes. All 50 are the OpenSSH server of this machine, so its CPU and that of 50 agents comes out of the same cores;
# the agents' programs (apt-get, systemctl, ...) are stand-ins that only say a text. Needs openssh-server; run as root.
#
#   --real   the agents run the real programs of this machine (50 times apt-get: mostly that is what is measured then)
#   --save   writes bench/results/machines.txt
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$root/bench/common.sh"

machines=50 rounds=3 real='' save=''
checks=(facts disk memory puppet apt-indices systemd upgrades clock)
while (($#)); do
  case $1 in
    --real) real=yes ;;
    --save) save=yes ;;
    *) echo "usage: bench/machines.sh [--real] [--save]" >&2; exit 64 ;;
  esac
  shift
done

work=$(mktemp -d)
sshd=''
clean_up() {
  [[ -z $sshd ]] || kill "$sshd" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
fail() { echo "bench/machines.sh: $*" >&2; exit 1; }

# A machine on which all is well.
home=$work/home
put() { mkdir -p "$(dirname "$home/$1")" && cat >"$home/$1"; }
says() { { echo '#!/bin/sh'; cat; } | put "bin/$1" && chmod 755 "$home/bin/$1"; }
put proc/sys/kernel/random/boot_id <<<9305336a-6686-4d76-8f25-05c82455f7e9
put proc/uptime <<<'86400.25 12.00'
put proc/loadavg <<<'0.10 0.20 0.30 1/200 4242'
printf 'MemTotal: 4096000 kB\nMemAvailable: 2048000 kB\n' | put proc/meminfo
put proc/mounts <<<'/dev/sda1 / ext4 rw 0 0'
put etc/os-release <<<'ID=debian'
printf 'resources:\n  failed: 0\ntime:\n  last_run: %s\n' "$(date +%s)" | put var/cache/puppet/public/last_run_summary.yaml
put boot/vmlinuz-6.1.0-28-amd64 </dev/null
put var/lib/apt/lists/deb.example.org_dists_trixie_InRelease </dev/null
says uname <<<'case $1 in -n) echo web;; -r) echo 6.1.0-28-amd64;; esac'
says nproc <<<'echo 4'
says stat <<<"echo '4096 1000000 500000 400000 65536 60000'"
says systemctl <<<'case $1 in is-system-running) echo running;; esac'
says chronyc <<<"echo 'C0000201,192.0.2.1,3,1763791200.1,-0.00001,0,0,1,0,0,0,0,64,Normal'"
says apt-get <<'EOF'
case $* in
  indextargets*) echo '/var/lib/apt/lists/deb.example.org_dists_trixie_main_Packages main/Packages http://deb.example.org trixie' ;;
  *) echo '0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.' ;;
esac
EOF

port=$((20000 + RANDOM % 10000))
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/facts_key"
agent=$root/resources/agent/faultline-agent
[[ -n $real ]] || agent+=" --root $home"
echo "restrict,command=\"$agent\" $(cat "$work/facts_key.pub")" >"$work/authorized_keys"
mkdir -p /run/sshd
cat >"$work/sshd_config" <<EOF
Port $port
ListenAddress 127.0.0.1
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile none
UsePAM no
StrictModes no
PermitRootLogin prohibit-password
MaxStartups 200
EOF
/usr/sbin/sshd -D -e -f "$work/sshd_config" 2>"$work/sshd.log" &
sshd=$!
for ((i = 0; i < 100; i++)); do
  ! grep -q 'Server listening' "$work/sshd.log" || break
  kill -0 "$sshd" || fail "sshd did not start: $(cat "$work/sshd.log")"
  sleep 0.1
done

mkdir "$work/catalogue"
printf 'at-once: 16\n' >"$work/catalogue/controller.yaml"
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$work/host_key.pub")" >"$work/catalogue/known_hosts"
{
  echo 'machines:'
  for ((i = 0; i < machines; i++)); do
    printf '  machine-%s:\n    address: 127.0.0.1\n    facts:\n      ssh: {port: %s, user: %s, key-file: %s, known-hosts: known_hosts}\n    checks:\n' \
      "$i" "$port" "$(id -un)" "$work/facts_key"
    printf '      - {type: %s, timeout: 1m}\n' "${checks[@]}"
  done
} >"$work/catalogue/machines.yaml"

# User and system time in clock ticks, of a process and of its children that it has waited for.
ticks() { awk '{ sub(/.*\) /, ""); print $12 + $13 + $14 + $15 }' "/proc/$1/stat"; }
hertz=$(getconf CLK_TCK)

"$root/faultline" --version >/dev/null
report="$machines machines x ${#checks[@]} checks, $(nproc) cores, load before: $(cut -d' ' -f1 /proc/loadavg)${real:+, real programs}"$'\n'
for ((round = 1; round <= rounds; round++)); do
  before=$(grep -c 'Accepted publickey' "$work/sshd.log" || true)
  theirs=$(ticks "$sshd")
  began=${EPOCHREALTIME/./}
  ours=$( { TIMEFORMAT='%U %S'; time "$root/faultline" run --no-mail --catalog "$work/catalogue" --state "$work/state-$round.db" \
    >"$work/out" 2>"$work/err" || true; } 2>&1)
  ended=${EPOCHREALTIME/./}
  logins=$(($(grep -c 'Accepted publickey' "$work/sshd.log") - before))
  ((logins == machines)) || fail "$logins logins, wanted one a machine: $(tail -n 5 "$work/out" "$work/err")"
  if [[ -z $real ]]; then
    grep -q ' OK; no hard problem$' "$work/out" || fail "not all is well: $(tail -n 5 "$work/out")"
  fi
  report+=$(awk -v t="$((ended - began))" -v ours="$ours" -v theirs="$(($(ticks "$sshd") - theirs))" -v hertz="$hertz" -v logins="$logins" \
    'BEGIN { split(ours, cpu, " "); printf "%6.2f s in all (wanted: below 10)  %d SSH connections  CPU: Faultline %.2f s, sshd and agents %.2f s", \
      t / 1e6, logins, cpu[1] + cpu[2], theirs / hertz }')$'\n'
done
printf '%s' "$report"
[[ -z $save ]] || printf '%s' "$report" >"$root/bench/results/machines.txt"
