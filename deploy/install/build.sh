# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# Where the package comes from: a given file, or a build from this clone by a user who may do nothing.

provide_package() {
  mkdir "$work/package"
  if [[ -n $deb ]]; then
    cp -- "$deb" "$work/package/" # where apt's own user may read it
  else
    build_package
  fi
  deb=$(echo "$work"/package/*.deb)
  problems=0
  check_deb "$deb"
  ((!problems)) || stop "nothing has been changed"
}

tools=(python3-venv) # of those, what is missing is there for the build only
new_tools=()

build_package() {
  local builder=${SUDO_USER:-nobody} built
  [[ $builder != root ]] || builder=nobody
  provide_tools
  say "building the package from $clone (some minutes, downloads from PyPI)"
  mkdir "$work/build"
  tar -C "$clone" -c --exclude=./.git --exclude=./.venv --exclude=./build . | tar -C "$work/build" -x --no-same-owner
  chown -R "$builder": "$work/build"
  built=$(cd "$work/build" && runuser -u "$builder" -- env HOME="$work/build" TMPDIR="$work/build" \
    deploy/package/build --output "$work/build/out" | tail -n 1) ||
    stop "the package could not be built (above: why). Nothing has been changed. Is there a way to PyPI?"
  install -m 644 "$built" "$work/package/"
}

provide_tools() {
  mapfile -t new_tools < <(printf '%s\n' "${tools[@]}" | sort | comm -13 <(packages_in installed) -)
  [[ ${#new_tools[@]} -gt 0 ]] || return 0
  renew_lists
  say "installing ${new_tools[*]}, for the build only"
  apt install "${new_tools[@]}" || stop "apt could not install them (above: why). Nothing else has been changed"
  apt-mark auto "${new_tools[@]}" >/dev/null # if we should be killed, apt-get autoremove finds them
}

remove_tools() {
  [[ ${#new_tools[@]} -eq 0 ]] || apt_get_purge --auto-remove "${new_tools[@]}" >/dev/null || true
}
