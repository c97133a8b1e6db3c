# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# How install.sh speaks.

log=/var/log/edge-install.log # what apt, pip and the like have said

# How wide the terminal is; 0 where there is none. No process is started for it later, amid Ctrl-C.
columns=$(stty size <&2 2>/dev/null || stty size <&1 2>/dev/null || echo 0)
columns=${columns#* }

# At a terminal lines are broken between words, and go on set in; a pipe gets them as they are.
tell() { # FILE DESCRIPTOR WORDS
  local line out indent
  if [[ ! -t $1 ]] || ((columns < 40)); then
    echo "${*:2}" >&"$1"
    return 0 # in a trap it would be the status of what was interrupted
  fi
  while IFS= read -r line; do
    while ((${#line} > columns)); do
      indent=${line%%[! ]*}
      out=${line:0:columns+1}
      # A word longer than a line stays whole, to be copied.
      if [[ ${out#"$indent"} == *' '* ]]; then
        out=${out% *}
      else
        out=${line#"$indent"} && out=$indent${out%% *}
      fi
      [[ $out != "$line" ]] || break
      echo "$out" >&"$1"
      line="    ${line:${#out}+1}"
    done
    echo "$line" >&"$1"
  done <<<"${*:2}"
}

say() { tell 1 "edge install: $*"; }

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
  tell 2 "edge install: $*"
  exit 1
}
