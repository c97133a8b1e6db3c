# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# How install.sh speaks.

say() { echo "edge install: $*"; }

stop() {
  echo "edge install: $*" >&2
  exit 1
}
