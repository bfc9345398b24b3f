# Shared by the scripts here; to be sourced, not run.
# shellcheck shell=bash

# Writes a valid catalogue: a file for each service, with one http check each, and a controller.yaml.
# catalogue FOLDER NUMBER URL CONTENT AT_ONCE
catalogue() {
  local i
  mkdir -p "$1"
  printf 'at-once: %s\nper-machine: %s\n' "$5" "$5" >"$1/controller.yaml"
  for ((i = 0; i < $2; i++)); do
    cat >"$1/service-$i.yaml" <<EOF
service: service-$i
purpose: A page that the bench looks at, number $i.
importance: {users: medium}
checks:
  - type: http
    url: $3
    contains: $4
EOF
  done
}

median() { # of numbers with blanks between
  tr ' ' '\n' <<<"$1" | sed '/^$/d' | sort -g |
    awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
