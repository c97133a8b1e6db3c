# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# How install.sh speaks.

log=/var/log/edge-install.log # what apt, pip and the like have said

say() { echo "edge install: $*"; }

step() { say "step $1 of 4: ${*:2}"; } # NUMBER WORDS

# logged COMMAND ...: what it says is kept, and said only where it fails. The log of an earlier run goes with the first.
logged() {
  [[ -n ${is_log_begun:-} ]] || { : >"$log" && is_log_begun=1; }
  local before exit_status=0
  before=$(stat --format=%s "$log")
  "$@" >>"$log" 2>&1 || exit_status=$?
  ((!exit_status)) || { tail --bytes="+$((before + 1))" "$log" | tail --lines=15 && echo "all of it: $log"; } >&2
  return "$exit_status"
}

stop() {
  echo "edge install: $*" >&2
  exit 1
}
