# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# The real models. Without them Edge works with its starter models, so that a failure here is none of the installation.

store=/var/lib/edge/models
defaults=/usr/share/edge-vision/edge.toml # says nothing

pull_models() {
  local name output failed=()
  if ((!with_models)); then
    models_said="No models were pulled. Later: sudo edge models pull NAME (edge models list)"
    return
  fi
  [[ -n $models ]] || models=$(models_of_settings)
  step 4 "models"
  # What an earlier `sudo edge models` put there. Whatever the service may have made of it, no link is followed.
  [[ ! -e $store ]] || chown -RPh edge:edge "$store" || true
  for name in $models; do
    say "pulling the model $name"
    if output=$(pull "$name"); then
      say "$output"
      [[ $output != *': pulled'* ]] || reload=1 is_changed=1
    else
      failed+=("$name")
    fi
  done
  [[ -z ${reload:-} ]] || put_in_force
  models_said="Models: $models."
  [[ ${#failed[@]} -eq 0 ]] || models_said="Not pulled (above: why): ${failed[*]}. Meanwhile starter models run in their place.
  pull them later   sudo edge models pull ${failed[*]}
                    sudo systemctl reload edge
                    or run this again; without a network: edge models import --help"
}

# As the settings of this machine have it; a path is the user's own business, and a broken file means the defaults.
models_of_settings() {
  local task name
  for task in pose classification action; do
    name=$(edge config get "$task.model" 2>/dev/null) || name=$(edge config get "$task.model" --config "$defaults")
    [[ $name == */* || $name == *.tflite ]] || echo "$name"
  done
}

# As the user of the service, who may read a mirror folder all the same: a stick of somebody else's.
pull() {
  local where=() may_read=()
  [[ -z $mirror ]] || where=(--mirror "$mirror")
  [[ -z $mirror || $mirror == *://* ]] || may_read=(--inh-caps +dac_read_search --ambient-caps +dac_read_search)
  as_edge "${may_read[@]}" -- edge models pull "$1" "${where[@]}"
}

put_in_force() {
  [[ $service == 'is running' ]] || return 0
  systemctl reload edge || say "the service could not be told of the new models; do: sudo systemctl restart edge"
}
