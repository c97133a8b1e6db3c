# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# What is done with apt and dpkg.

archives=/var/cache/apt/archives # the installed package is kept here, where `apt-get clean` finds it

# Waits for another apt, asks nothing, takes nothing away. What is recommended by what Edge needs is a desktop.
apt_get=(apt-get --yes --no-remove --no-install-recommends -o DPkg::Lock::Timeout=600
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)

apt() { "${apt_get[@]}" --quiet "$@" </dev/null 9>&-; }

# As gently as apt_get. dpkg itself does not wait, and Ctrl-C would leave its work half done.
run_dpkg() {
  wait_for_apt
  logged setsid --wait dpkg --force-confdef --force-confold "$@" </dev/null 9>&-
}

# What apt would bring that is not here in any version. Written down beforehand, it tells for good what is ours.
would_bring() { apt --simulate "$@" | awk '$1 == "Inst" && $3 !~ /^\[/ {print $2}' | sort; }

# take_off LIST: what that brought, as far as apt itself says that nobody has asked for it since and nothing needs it.
take_off() {
  local ours
  mapfile -t ours < <(apt-get --simulate -o APT::AutoRemove::SuggestsImportant=false autoremove |
    awk '$1 == "Remv" {print $2}' | sort | comm -12 - "$1")
  [[ ${#ours[@]} -eq 0 ]] || run_dpkg --remove --force-remove-reinstreq "${ours[@]}" ||
    say "some of it stays (above: why)"
}

# The version that is installed and whole, or `none`.
installed_version() {
  local found
  found=$(dpkg-query --show --showformat '${db:Status-Status} ${Version}' "$package" 2>/dev/null) || true
  if [[ $found == 'installed '* ]]; then echo "${found#* }"; else echo none; fi
}

packages_in() { # STATUS, a pattern: `installed`, `half-*`
  dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' | awk -v wanted="^($1)\$" '$1 ~ wanted {print $2}' | sort
}

is() { packages_in "$2" | grep -x "$1" >/dev/null; } # NAME STATUS

# After a first boot, the system itself is often at it.
wait_for_apt() {
  is_locked() { { apt -o "DPkg::Lock::Timeout=$1" check 2>&1 || true; } | grep 'Could not get lock' >/dev/null; }
  is_locked 0 || return 0
  say "another apt is at work; waiting until it has ended, at most 10 minutes"
  ! is_locked 600 || stop "it has not ended. Who it is: sudo apt-get check. Run this again when it has"
}

# What a lost power line or a kill left of an earlier installation, this or another.
complete_interrupted() {
  local unfinished
  unfinished=$(packages_in 'half-.*|unpacked|triggers-.*')
  [[ -n $unfinished || -n $(ls /var/lib/dpkg/updates) ]] || return 0
  say "completing an installation that was interrupted: ${unfinished//$'\n'/ }"
  ! is "$package" half-installed ||
    run_dpkg --remove --force-remove-reinstreq "$package" || true # half unpacked; it comes whole, below
  run_dpkg --configure --pending || true
  logged apt --fix-broken install || true
  unfinished=$(packages_in 'half-.*|unpacked|triggers-.*' | grep -vx "$package") || true
  [[ -z $unfinished ]] ||
    stop "these packages of the system cannot be completed (above: why): ${unfinished//$'\n'/ }." \
      "Put them right with: sudo apt-get --fix-broken install; then run this again"
}

# Whether just this package is installed, down to its files.
is_there() {
  [[ $(installed_version) == "$(dpkg-deb --field "$deb" Version)" ]] &&
    cmp --silent <(dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./md5sums) "/var/lib/dpkg/info/$package.md5sums" &&
    is_sound
}

# Some systems leave out documentation.
is_sound() { { dpkg --verify "$package" || true; } | awk '$NF !~ "^/usr/share/(doc|man)/" {bad = 1} END {exit bad}'; }

# Of what the package recommends, what is missing and to be had here: python3-picamera2 on Raspberry Pi OS only. At an
# upgrade a person may have taken it off with reason.
companions() { # OLD_VERSION
  local name
  [[ $1 == none ]] || return 0
  for name in $(dpkg-deb --field "$deb" Recommends | tr ',' '\n' | sed 's/[(|].*//'); do
    is "$name" installed || [[ -z $(apt-cache search --names-only "^${name//+/\\+}\$") ]] || echo "$name"
  done
}

renew_lists() {
  [[ -z ${lists_renewed:-} ]] || return 0
  say "renewing apt's package lists"
  logged apt --quiet=2 -o APT::Update::Error-Mode=any update ||
    say "they could not be renewed (above: why); going on with those that are here"
  lists_renewed=1
}

fetched() { find "$archives" -name '*.deb' | sort; }

# Into apt's cache, so that nothing is changed before all of it is here.
fetch() {
  local download=(--quiet=2 --fix-broken --reinstall install "$@") megabytes
  megabytes=$(apt --print-uris "${download[@]}" 2>/dev/null | awk '/^.http/ {sum += $3} END {printf "%d", sum / 1e6}') || true
  ((!megabytes)) || say "fetching what Edge needs: $megabytes MB"
  logged apt --download-only "${download[@]}"
}

fetch_alone() {
  [[ ${#wanted[@]} -gt 0 ]] || return 1
  say "trying without what is only recommended: ${wanted[*]}"
  wanted=()
  fetch "$deb"
}

install_package() {
  local old version wanted failed=''
  provide_package
  old=$(installed_version) version=$(dpkg-deb --field "$deb" Version)
  if is_there; then
    say "Edge $version is already there"
    return
  fi
  step 3 "installing it and what it needs; what apt says is kept in $log"
  renew_lists
  mapfile -t wanted < <(companions "$old")
  fetch "$deb" "${wanted[@]}" || fetch_alone ||
    stop "apt cannot bring what Edge needs (above: why). Nothing of Edge has been changed. Run this again when that is" \
      "put right"
  would_bring --fix-broken --reinstall install "$deb" "${wanted[@]}" >"$work/brought" ||
    stop "apt cannot bring what Edge needs (above: why). Nothing of Edge has been changed"
  [[ ! -e /etc/edge ]] || touch "$work/had-settings"
  say "installing Edge $version (until now: $old); Ctrl-C is heard after this part only"
  is_changed=1
  logged setsid --wait "${apt_get[@]}" --quiet=2 --fix-broken --reinstall install "$deb" "${wanted[@]}" </dev/null 9>&- ||
    failed=1
  [[ ${#wanted[@]} -eq 0 ]] || apt-mark auto "${wanted[@]}" >/dev/null || true
  [[ -z $failed ]] || put_back "$old"
  fetched | comm -13 "$work/fetched-before" - | xargs --no-run-if-empty rm --
  echo "$old" >"$work/old"
}

# So that a failed upgrade can go back; the version before is not needed once this one works.
keep_package() {
  [[ -n $deb ]] && ! cmp --silent "$deb" "$(kept_file "$(installed_version)")" || return 0
  rm -f "$archives/$package"_*.deb
  install -m 644 "$deb" "$(kept_file "$(installed_version)")"
}

kept_file() { echo "$archives/${package}_$1_$(dpkg --print-architecture).deb"; }

# put_back OLD_VERSION: after a failed installation, so that either the old version works or nothing of Edge is there.
put_back() {
  say "the installation failed (above: why)"
  if [[ $1 != none ]] && { [[ $(installed_version) == "$1" ]] || run_dpkg --install "$(kept_file "$1")"; }; then
    stop "Edge $1 is installed as before"
  fi
  local removal=purge
  [[ ! -e $work/had-settings ]] || removal=remove
  say "taking off what was installed"
  run_dpkg "--$removal" --force-remove-reinstreq "$package" || true
  take_off "$work/brought"
  stop "Edge is not installed; settings and models from before, if any, are still there." \
    "When the reason is put right, run this again"
}
