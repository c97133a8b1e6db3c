# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# The service after the package, and the last words.

# The package starts the service; what it left alone is started here, unless somebody has switched it off.
start_service() {
  if [[ ! -d /run/systemd/system ]]; then
    service="is not started: systemd does not run here (a chroot or container?); it starts with the machine"
  elif [[ $(systemctl is-enabled edge 2>/dev/null || true) != enabled ]]; then
    service="is switched off; switch it on with: sudo systemctl enable --now edge"
  elif systemctl is-active --quiet edge || systemctl start edge; then
    service="is running"
  else
    systemctl status --no-pager --lines=10 edge >&2 || true
    stop "Edge is installed and whole, but the service does not start (above: its last words)." \
      "Why: sudo edge doctor; systemd goes on trying"
  fi
}

closing_words() {
  cat <<EOF

Edge $(installed_version) is installed. The service $service.
$models_said
  see results       edge watch                     (they come through an MQTT broker; on this machine:
                                                    sudo apt-get install mosquitto; another one: setting mqtt.host)
  see how it is     systemctl status edge; sudo edge doctor
  tune it           edge config explain; sudo edge config set pose.max_rate_hz 5 --apply
  take it off       sudo apt-get purge $package; sudo apt-get autoremove
                    (remove instead of purge: settings and models stay)
EOF
}
