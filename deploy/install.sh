#!/usr/bin/env bash
# Installs Edge on Raspberry Pi OS (Bookworm or Trixie, 64 bit) or Debian 12 or 13; completes or upgrades what is there.
# First it looks, then it builds and downloads, and only then it changes the machine. `install.sh --help` says more.
set -euo pipefail

clone=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
package=edge-vision
work=/var/cache/edge-install # of root alone; wiped before and after
# shellcheck source-path=SCRIPTDIR/..
source "$clone/deploy/install/words.sh"
source "$clone/deploy/install/checks.sh"
source "$clone/deploy/install/build.sh"
source "$clone/deploy/install/apt.sh"
source "$clone/deploy/install/service.sh"
source "$clone/deploy/install/models.sh"

usage() {
  cat <<'EOF'
usage: sudo deploy/install.sh [--deb FILE] [--no-models | --models "NAME ..."]
                              [--mirror URL_OR_FOLDER] [--dry-run]

Installs Edge as a service, or completes or upgrades the Edge that is there;
settings stay. It asks nothing and opens nothing to the network. Run it again
whenever it was interrupted.

  --deb FILE               install this package; without it, one is built from
                           this clone (needs PyPI)
  --models "NAME ..."      models to pull; without it, those that the settings
                           name
  --no-models              pull none; Edge then works with its starter models
  --mirror URL_OR_FOLDER   where to look for models, instead of at their
                           publishers
  --dry-run                say what is in the way and what would be done; change
                           nothing
EOF
}

wrong_usage() {
  tell 2 "edge install: $1"
  usage >&2
  exit 2
}

read_options() {
  deb='' models='' mirror='' with_models=1 dry_run=0
  while [[ $# -gt 0 ]]; do
    case $1 in
      --help | -h) usage && exit 0 ;;
      --dry-run) dry_run=1 ;;
      --no-models) with_models=0 ;;
      --deb | --models | --mirror)
        [[ -n ${2:-} ]] || wrong_usage "$1 needs a value"
        printf -v "${1#--}" %s "$2"
        shift
        ;;
      *) wrong_usage "unknown option $1" ;;
    esac
    shift
  done
}

become_root() {
  [[ $EUID -ne 0 ]] || return 0
  command -v sudo >/dev/null || stop "it must run as root, and there is no sudo; become root with: su -"
  exec sudo -- "$clone/deploy/install.sh" "$@"
}

# The lock is inherited by what is started here, so that it also keeps away from an orphan of a run that was killed.
one_at_a_time() {
  exec 9>/run/edge-install.lock
  flock --nonblock 9 || say "another installation is at work; waiting until it has ended"
  flock --timeout 900 9 || stop "another installation has been at work for 15 minutes; look at it with: ps ax"
}

clean_up() {
  trap '' HUP INT TERM
  remove_tools
  rm -rf "$work"
}

interrupted() {
  stop "interrupted; installed of Edge: $(installed_version). Run it again: it does what is missing"
}

plan() {
  say "this would be done:"
  [[ -n $deb ]] || say "- build the package from $clone in a temporary folder (needs PyPI)"
  say "- install ${deb:-that package} with apt, with what it depends on; now installed: $(installed_version)"
  say "- start the service edge"
  ((!with_models)) || say "- pull models: ${models:-those that the settings name}"
}

main() {
  read_options "$@"
  ((dry_run)) || become_root "$@"
  export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1
  PATH=$PATH:/usr/sbin:/sbin
  umask 022
  step 1 "looking whether this machine is fit for Edge"
  check_machine
  if ((dry_run)); then
    plan
    return
  fi
  one_at_a_time
  trap clean_up EXIT
  trap interrupted HUP INT TERM
  wait_for_apt
  remove_tools
  rm -rf "$work"
  mkdir "$work"
  fetched >"$work/fetched-before"
  complete_interrupted
  if [[ -z $deb ]] && is_built_already; then
    step 2 "Edge $(installed_version) is already there, and nothing in $clone has changed since"
  else
    install_package
  fi
  start_service
  keep_package
  pull_models
  tell 1 "$(closing_words)"
}

# On one line, as bash reads a script while it runs it, and this one may be replaced meanwhile.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; exit; fi
