# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# What must be so before anything is changed. Every problem is said, then the installation ends.

os_release=/etc/os-release
kernel_line=/proc/cmdline
python=/usr/bin/python3
other_commands=(/usr/local/sbin/edge /usr/local/bin/edge)
problems=0

complain() {
  tell 2 "edge install: $*"
  problems=$((problems + 1))
}

check_machine() {
  check_system
  check_architecture
  check_overlay
  check_python
  check_space
  check_n2n
  check_other_edge
  [[ -z $deb ]] || check_deb "$deb"
  [[ -z $mirror ]] || check_mirror
  ((!problems)) || stop "nothing has been changed"
  say "this machine is fit for Edge: $(os_field PRETTY_NAME), $(dpkg --print-architecture)"
}

# shellcheck disable=SC1090
os_field() { (. "$os_release" && echo "${!1:-}"); }

check_system() {
  case "$(os_field ID) $(os_field VERSION_ID)" in
    'debian 12' | 'debian 13' | 'raspbian 12' | 'raspbian 13') ;;
    *) complain "$os_release: this is $(os_field PRETTY_NAME); Edge installs on Raspberry Pi OS (Bookworm or Trixie)" \
      "and Debian 12 or 13" ;;
  esac
}

# Asked of dpkg: beneath a 32-bit system there may well be a 64-bit kernel.
check_architecture() {
  local architecture
  architecture=$(dpkg --print-architecture)
  case $architecture in
    amd64 | arm64) ;;
    armhf | i386) complain "this system is a 32-bit one ($architecture), though its processor may not be; Edge needs" \
      "64 bits: write a 64-bit Raspberry Pi OS to the card" ;;
    *) complain "dpkg says that this machine is $architecture; Edge is made for arm64 and amd64" ;;
  esac
}

check_overlay() {
  [[ " $(cat "$kernel_line") " != *' boot=overlay '* ]] ||
    complain "the overlay file system is on: all that is installed would be gone at the next start;" \
      "turn it off with sudo raspi-config (Performance Options) and on again afterwards"
}

# The package is made for the Python of the release.
expected_python() { if [[ $(os_field VERSION_ID) == 13 ]]; then echo 3.13; else echo 3.11; fi; }

check_python() {
  local expected found
  [[ -e $python ]] || return 0 # apt will bring the right one
  expected=$(expected_python)
  found=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1) || true
  [[ $found == "$expected" ]] ||
    complain "$python is ${found:-broken}, here it must be $expected;" \
      "put it right with: sudo apt-get install --reinstall python3-minimal python$expected-minimal"
}

# Room to unpack the package with OpenCV and its libraries, and to build it; little is needed where it is there already.
check_space() {
  local needed_mb=2000 free_mb folder
  [[ $(installed_version) == none ]] || needed_mb=500
  for folder in /usr /var; do
    free_mb=$(df --output=avail -BM "$folder" | tail -n 1 | tr -dc 0-9)
    ((free_mb >= needed_mb)) ||
      complain "$folder: $free_mb MB are free, $needed_mb MB are needed; make room, for example with: sudo apt-get clean"
  done
}

check_n2n() {
  [[ $(dpkg-query --show --showformat '${db:Status-Status}' n2n 2>/dev/null) != installed ]] ||
    complain "n2n is installed and has a command edge of its own (/usr/sbin/edge); both cannot be on one machine." \
      "If you can do without it: sudo apt-get remove n2n"
}

# What an earlier pip or a hand left in front of /usr/bin/edge.
check_other_edge() {
  local path
  for path in "${other_commands[@]}"; do
    [[ ! -e $path && ! -L $path ]] ||
      complain "$path would run in the place of /usr/bin/edge; remove it," \
        "if pip put it there with: sudo pip uninstall --break-system-packages edge-vision"
  done
}

# check_deb FILE: that it is a whole package of Edge, and for this machine.
check_deb() {
  local field fields=()
  if [[ ! -f $1 || ! -r $1 ]]; then
    complain "$1: no such file, or none that may be read; --deb takes a package of Edge"
    return
  fi
  for field in Package Version Architecture; do
    fields+=("$(dpkg-deb --field "$1" "$field" 2>/dev/null)") || true
  done
  if [[ ${fields[0]} != "$package" ]] || ! dpkg-deb --contents "$1" >/dev/null 2>&1; then
    complain "$1: not a package of Edge, or only a part of it; copy it again or leave out --deb"
  elif [[ ${fields[2]} != "$(dpkg --print-architecture)" || ${fields[1]} != *"+deb$(os_field VERSION_ID)"* ]]; then
    complain "$1: made for ${fields[2]} and version ${fields[1]}, this machine is $(dpkg --print-architecture)" \
      "with Debian $(os_field VERSION_ID); take the one whose name says so"
  elif [[ $(installed_version) != none ]] && dpkg --compare-versions "$(installed_version)" gt "${fields[1]}"; then
    complain "$1: its version ${fields[1]} is older than the $(installed_version) that is installed;" \
      "to go back, first: sudo apt-get remove $package (settings and models stay)"
  fi
}

# That there is such a folder, or that somebody answers at the address; what it has is seen when models are pulled.
check_mirror() {
  case $mirror in
    https://* | http://localhost[:/]* | http://127.*) [[ ! -e $python ]] || answers ||
      complain "$mirror: nobody answers there; look at the address and the network, or leave out --mirror" ;;
    *://*) complain "$mirror: models are fetched over https only, or over http from this machine itself" ;;
    *) [[ -d $mirror ]] || complain "$mirror: no such folder; is the stick there? --mirror takes a folder or an address" ;;
  esac
}

# -I: nothing from the folder that install.sh was called in, where others may have put a module of their own.
answers() {
  "$python" -I - "$mirror" 2>/dev/null <<'EOF'
import sys, urllib.error, urllib.request
try:
    urllib.request.urlopen(sys.argv[1], timeout=20).close()
except urllib.error.HTTPError:
    pass  # that, too, is an answer
EOF
}
