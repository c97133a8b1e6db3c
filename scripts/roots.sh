# Sourced by the scripts that test on a whole system: building root file systems with apt's and pip's own settings.
# They set `name`, which begins each of their lines, and `cache`.
# shellcheck shell=bash disable=SC2154

# What depends on releases of Python and of what Edge stands on, and needs neither hardware nor much time.
release_tests=(tests/{base,camera,config,messages,overlay,runtime,tasks,trace,tracking} tests/cli/test_infer.py)

# test_releases ROOT [PYTEST ARGUMENTS]: runs them in a root.
test_releases() { test_inside "$1" "${release_tests[@]}" "${@:2}"; }

# test_inside ROOT PYTEST ARGUMENTS: runs tests in a root; Python looks into the folder `modules` first.
test_inside() {
  inside "$1" "
    export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=${modules:+$modules:}/edge HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis
    cd /edge
    python -m pytest -p no:cacheprovider --override-ini=addopts= -q -n 2 -m 'not long' ${*:2}
  "
}

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

# debian SUITE ROOT PACKAGE...: a minimal Debian with these packages; with `variant=extract`, their files alone.
debian() {
  local suite=$1 root=$2 variant=${variant:-minbase} packages
  packages=$(IFS=,; echo "${*:3}")
  apt_access >"$cache/apt.conf"
  mmdebstrap --quiet --variant="$variant" --aptopt="$cache/apt.conf" --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --include="$packages" "$suite" "$root" "$(mirror)"
}

# What pip is told about reaching its index: certificates, configuration and environment.
copy_access() {
  local file
  for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
    [[ ! -e $file ]] || install -D -m 644 "$file" "$1$file"
  done
}

access_environment() { env | grep -E '^(PIP_|SSL_CERT_|REQUESTS_CA_|https?_proxy=|no_proxy=|HTTPS?_PROXY=|NO_PROXY=)' || true; }

# inside ROOT COMMAND: runs in the root, with this checkout at /edge.
inside() {
  local environment
  mapfile -t environment < <(access_environment)
  chroot "$1" env -i PATH=/opt/edge/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 "${environment[@]}" \
    bash -euc "$2" </dev/null
}

mount_into() {
  mkdir -p "$1/edge"
  mount --bind "$PWD" "$1/edge"
  mount -o remount,bind,ro "$1/edge"
  mount -t proc proc "$1/proc"
  mount --rbind /dev "$1/dev"
  mount -t tmpfs tmpfs "$1/tmp"
}

# The real models and media, where tests look for them.
mount_data() {
  local data=${EDGE_TEST_DATA:-../shared}
  [[ -d $data ]] || return 0
  mkdir -p "$1/shared"
  mount --bind "$data" "$1/shared"
  mount -o remount,bind,ro "$1/shared"
}

# provide_root NAME SUITE: a Debian in the cache with `packages` and what `furnish` adds; nobody else builds or uses one
# meanwhile. It is built anew when what it is made of has changed, which `inputs` prints.
provide_root() {
  local wanted
  wanted=$(inputs | sha256sum)
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  [[ $(cat "$cache/$1/.built-from" 2>/dev/null) == "$wanted" ]] || build_root "$1" "$2" "$wanted" ||
    skip "the root could not be built (above: why); is there a network?"
}

build_root() {
  local root=$cache/building
  rm -rf --one-file-system "$root"
  say "building a Debian $2 root in $cache (about two minutes and 2 GB, once)"
  debian "$2" "$root" "${packages[@]}" || return
  copy_access "$root"
  mount_into "$root"
  furnish "$root" || return
  umount -R "$root"/{edge,proc,dev,tmp}
  echo "$3" >"$root/.built-from"
  rm -rf --one-file-system "${cache:?}/$1"
  mv "$root" "$cache/$1"
}

# own_mounts "$0" "$@": begins the script anew where its mounts are its own and end with it.
own_mounts() {
  unshare --mount true 2>/dev/null || skip "mounts of its own are not allowed here"
  [[ -n ${EDGE_SYSTEM_MOUNTS:-} ]] || exec env EDGE_SYSTEM_MOUNTS=own unshare --mount --propagation private "$@"
}
