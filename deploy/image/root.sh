# Sourced by deploy/image/build: the root file system of the image, from Debian's archive alone.
# shellcheck shell=bash disable=SC2016,SC2154

here=deploy/image

# shellcheck source=deploy/image/stand_ins.sh
source "$here/stand_ins.sh"

# inputs ROOT: what a root of the cache is made of. Debian's is made anew each week, as its archive has security updates.
inputs() {
  echo "$1 $suite"
  [[ $1 != base ]] || date -u +%G-W%V
  cat "$here"/{packages.txt,root.sh,stand_ins.sh}
}

packages() { sed 's/#.*//' "$here/packages.txt" | xargs; }

# Where this machine gets security updates of Debian from.
security_mirror() {
  local uri
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian-Security' 2>/dev/null | head -n 1)
  echo "${uri:-http://deb.debian.org/debian-security}"
}

# base ROOT: Debian with its packages. Documentation but for licences, manuals and translations are left out.
base() {
  local of="main non-free-firmware" list
  list=$(packages)
  apt_access >"$cache/apt.conf"
  mmdebstrap --quiet --mode=root --variant=minbase --architectures=arm64 --aptopt="$cache/apt.conf" \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --extract-hook="bash -euc 'source $here/root.sh; stand_in \"\$1\"' hook \"\$1\"" \
    --include="${list// /,}" "$suite" "$1" \
    "deb $(mirror) $suite $of" "deb $(mirror) $suite-updates $of" "deb $(security_mirror) $suite-security $of"
}

# tools ROOT: programs of the same release that run natively, and an emulator of more boards than this machine's own has.
tools() {
  variant=extract debian "$suite" "$1" python3 udev kmod qemu-system-arm && mkdir -p "$1/mnt" && ln -s usr/lib usr/lib64 "$1"
}
