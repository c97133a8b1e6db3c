# Sourced by the scripts that test on a whole system: building root file systems with apt's and pip's own settings.
# They set `name`, which begins each of their lines, and `cache`.
# shellcheck shell=bash disable=SC2154

say() { echo "$name: $*"; }

skip() {
  say "skipped: $*"
  exit 0
}

# provide COMMAND PACKAGE: installs what a command comes from, where it is missing.
provide() {
  command -v "$1" >/dev/null && return
  command -v apt-get >/dev/null || return
  say "installing $2 with apt"
  env DEBIAN_FRONTEND=noninteractive \
    sh -c "apt-get -q update && apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends $2" >/dev/null
}

# The mirror this machine uses, and what its apt is told about reaching it.
mirror() {
  local codename uri
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' "Codename: $codename" 2>/dev/null | head -n 1)
  echo "${uri:-http://deb.debian.org/debian}"
}

apt_access() { apt-config dump | grep -E '^Acquire::(http|https|Retries|Check-Date|Check-Valid-Until)' || true; }

# debian SUITE ROOT PACKAGE...: a minimal Debian with these packages.
debian() {
  local suite=$1 root=$2 packages
  packages=$(IFS=,; echo "${*:3}")
  apt_access >"$cache/apt.conf"
  mmdebstrap --quiet --variant=minbase --aptopt="$cache/apt.conf" --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --include="$packages" "$suite" "$root" "$(mirror)"
}

# own_mounts "$0" "$@": begins the script anew where its mounts are its own and end with it.
own_mounts() {
  unshare --mount true 2>/dev/null || skip "mounts of its own are not allowed here"
  [[ -n ${EDGE_SYSTEM_MOUNTS:-} ]] || exec env EDGE_SYSTEM_MOUNTS=own unshare --mount --propagation private "$@"
}
