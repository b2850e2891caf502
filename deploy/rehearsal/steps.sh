# One line a step, and what its commands say into the log.
LOG=${LOG:-/var/log/rehearsal.log}

fail() {
  { echo "FAILED  $1"; echo "What it said ($LOG):"; tac "$LOG" | sed "/^== /q" | head -n 60 | tac; } >&2
  exit "${CANNOT:-1}"
}

step() {
  local what=$1 code
  shift
  echo "== $what" >>"$LOG"
  # Not as a condition: bash would then go on behind a command that fails.
  set +e
  (set -e; "$@") >>"$LOG" 2>&1 </dev/null
  code=$?
  set -e
  [ $code = 0 ] || fail "$what"
  echo "ok  $what"
}

# A command that has to be refused, with the words that it is refused with.
refused() {
  local words=$1 said
  shift
  if said=$("$@" 2>&1); then echo "was not refused: $*"; return 1; fi
  printf '%s\n' "$said"
  grep -qiE "$words" <<<"$said"
}

# A command that has to find nothing; what it finds goes into the log. (`! command` would stop no script.)
nothing() { if "$@"; then return 1; fi; }

# A command with the settings of a service, as docs/deployment.md writes it.
as_service() {
  local account=$1 settings=()
  shift
  while [ "${1%.env}" != "$1" ]; do settings+=(-p "EnvironmentFile=/etc/weerzien/$1"); shift; done
  systemd-run --quiet --pipe --wait --collect --uid="$account" -p UMask=0077 -p 'WorkingDirectory=~' "${settings[@]}" "$@"
}
