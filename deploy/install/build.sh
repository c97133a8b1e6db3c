# shellcheck shell=bash disable=SC2034,SC2154 # its variables are those of install.sh
# Where the package comes from: a given file, or a build from this clone by a user who may do nothing.

tools=(python3-venv) # what is missing of them is there for the build only

# It ends where apt's own user may read it, and nobody change it.
provide_package() {
  if [[ -n $deb ]]; then
    step 2 "taking the package $deb"
    install -m 644 -- "$deb" "$work/$package.deb"
  else
    build_package
  fi
  deb=$work/$package.deb
  check_deb "$deb"
  ((!problems)) || stop "nothing has been changed"
}

# Whether a build would bring what is there: the same version, and no file of the clone is younger.
is_built_already() {
  [[ $(installed_version) == "$(sed -n 's/^__version__ = "\(.*\)"/\1/p' "$clone/edge/__init__.py")+deb$(os_field VERSION_ID)" ]] &&
    [[ -z $(cd "$clone" && find edge models systemd deploy pyproject.toml constraints.txt CHANGELOG.md \
      -name __pycache__ -prune -o -newer "/var/lib/dpkg/info/$package.list" -print -quit) ]] &&
    is_sound
}

build_package() {
  local builder=${SUDO_USER:-nobody}
  [[ $builder != root ]] || builder=nobody
  step 2 "building the package from $clone (some minutes; downloads from PyPI)"
  provide_tools
  mkdir "$work/build"
  tar -C "$clone" -c --exclude=./.git --exclude=./.venv --exclude=./build . | tar -C "$work/build" -x --no-same-owner ||
    stop "$clone could not be copied (above: why); nothing of Edge has been changed. Did something change it meanwhile?" \
      "Run this again"
  chown -R "$builder": "$work/build"
  logged build_as "$builder" ||
    stop "the package could not be built (above: why). Nothing of Edge has been changed. Is there a way to PyPI?" \
      "If so, run this again"
  # Read as the builder, in whose folder it lies: it may be a link to what only root may read.
  runuser -u "$builder" -- cat -- "$work/build/out/$package"_*.deb >"$work/$package.deb" ||
    stop "the package that was built cannot be read (above: why); nothing of Edge has been changed"
  rm -rf "$work/build"
  remove_tools
}

build_as() { # USER
  (cd "$work/build" && exec runuser -u "$1" -- env HOME="$work/build" TMPDIR="$work/build" bash -euo pipefail -c '
    python3 -m venv .venv
    .venv/bin/pip --quiet --disable-pip-version-check install --require-hashes --only-binary=:all: \
      --requirement deploy/package/tools.txt
    deploy/package/build --output out' </dev/null)
}

provide_tools() {
  local new
  mapfile -t new < <(printf '%s\n' "${tools[@]}" | sort | comm -13 <(packages_in installed) -)
  [[ ${#new[@]} -gt 0 ]] || return 0
  renew_lists
  say "installing ${new[*]}, for the build only"
  would_bring install "${new[@]}" >"$work/tools" || stop "apt cannot bring them (above: why). Nothing has been changed"
  sync "$work/tools" # a cut power line must not leave the tools without it
  logged apt --quiet=2 --mark-auto install "${new[@]}" ||
    stop "apt could not install them (above: why). Nothing of Edge has been changed"
}

# Also those of a run that was killed, however long ago.
remove_tools() {
  [[ -e $work/tools ]] || return 0
  say "taking off again what was for the build only"
  take_off "$work/tools"
  rm "$work/tools"
}
