# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# The service after the package, and the last words.

# The package starts the service; what it left alone is started here, unless somebody has switched it off.
start_service() {
  if [[ ! -d /run/systemd/system ]]; then
    service="is not started: systemd does not run here (a chroot or container?); it starts with the machine"
  elif [[ $(systemctl is-enabled edge 2>/dev/null || true) != enabled ]]; then
    service="is switched off; switch it on with: sudo systemctl enable --now edge"
  elif systemctl is-active --quiet edge || { is_changed=1 && systemctl start edge; }; then
    service="is running"
  else
    local exit_status
    exit_status=$(systemctl show edge --property=ExecMainStatus --value) # at once, as it is started again soon
    journalctl --unit=edge --lines=10 --no-pager >&2 || true
    [[ $exit_status != 2 ]] || blame_settings
    go_back
  fi
}

# as_edge [OPTION OF SETPRIV ...] -- COMMAND ...: as the service is, with no more rights in the folders it may write.
as_edge() {
  env HOME=/var/lib/edge XDG_DATA_HOME=/var/lib setpriv --reuid edge --regid edge --init-groups "$@" 9>&-
}

# No other version would make them right.
blame_settings() {
  as_edge -- edge config check >&2 || true
  stop "Edge $(installed_version) is installed and whole, but its settings are wrong (above: what), and its service does" \
    "not start. Mend them, look with: edge config check; then: sudo systemctl restart edge"
}

# A new version whose service does not start makes way for the one before, where there is one.
go_back() {
  local old
  old=$(cat "$work/old" 2>/dev/null) || old=none
  if [[ $old != none ]] && ! cmp --silent "$deb" "$(kept_file "$old")" &&
    run_dpkg --install "$(kept_file "$old")"; then
    stop "the service of the new version does not start (above: its last words); Edge $old is installed as before"
  fi
  stop "Edge is installed and whole, but its service does not start (above: its last words); systemd goes on trying." \
    "What is wrong: sudo edge doctor"
}

broker_hint() {
  [[ $(edge config get mqtt.host 2>/dev/null) != localhost ]] || is mosquitto installed ||
    printf '\n                    (first an MQTT broker: sudo apt-get install mosquitto; or name one: mqtt.host)'
}

changes_said() { [[ -n ${is_changed:-} ]] || printf 'Nothing had to be done. '; }

closing_words() {
  cat <<EOF

$(changes_said)Edge $(installed_version) is installed. The service $service.
$models_said
  see results       edge watch$(broker_hint)
  see how it is     systemctl status edge; sudo edge doctor
  tune it           edge config explain
                    sudo edge config set pose.max_rate_hz 5 --apply
  take it off       sudo apt-get purge $package; sudo apt-get autoremove
                    (remove instead of purge: settings and models stay)
EOF
}
