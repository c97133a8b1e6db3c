# Sourced by deploy/image/root.sh. Under emulation packages take long to install. Most of that goes into a few programs that
# this machine has, too, so it lends them; and what each package would do anew is put off to the end.
# shellcheck shell=bash

# Done once, at the end; but for the kinds of files, which nothing here asks for. py_compile.py is what Python's own packages
# compile themselves with.
postponed=(
  usr/bin/py3compile usr/bin/systemd-hwdb usr/sbin/depmod usr/sbin/update-initramfs usr/lib/python3.13/py_compile.py
  usr/bin/update-mime-database
)
# They unpack, move files and run scripts. Not dpkg itself: it says which architecture it is for.
lent=(
  usr/bin/{perl,dpkg-deb,tar,dash,bash,sed,grep,find,xargs,mawk,basename,cat,chgrp,chmod,chown,comm,cp,cut,date,dirname,env}
  usr/bin/{expr,head,install,ln,ls,mkdir,mktemp,mv,readlink,realpath,rm,rmdir,sort,stat,tail,test,touch,tr,uniq,wc,zstd,'['}
)
libraries=usr/lib/x86_64-linux-gnu
ending=postponed

# stand_in ROOT: what the packages bring of these lies beside, by dpkg's own means, and others are in their places.
stand_in() {
  local root=$1 file
  for file in "${postponed[@]}"; do
    divert "$root" "$file"
    case $file in
      *.py) ln -s /dev/null "$root/$file" ;;
      *) ln -s /usr/bin/true "$root/$file" ;;
    esac
  done
  [[ $(uname -m) != x86_64 ]] || lend "$root"
}

lend() {
  local root=$1 file program needed
  mkdir -p "$root/usr/lib64"
  ln -sfn usr/lib64 "$root/lib64"
  for file in "${lent[@]}"; do
    program=$(realpath "/$file")
    for needed in $(ldd "$program" | grep -o '/[^ ]*'); do
      install -D "$needed" "$root$needed"
    done
    divert "$root" "$file"
    cp "$program" "$root/$file"
  done
  # perl finds its own modules by its version; those that packages bring are for any.
  for file in $(perls_own) "/$libraries/perl-base"; do
    mkdir -p "$root$file"
    cp -aT "$(realpath "$file")" "$root$file"
  done
}

perls_own() { perl -MConfig -e 'print "$Config{privlib} $Config{archlib}"'; }

# divert ROOT FILE
divert() {
  mkdir -p "$1/${2%/*}"
  printf '/%s\n/%s.%s\n:\n' "$2" "$2" "$ending" >>"$1/var/lib/dpkg/diversions"
  ! is_there "$1/$2" || mv "$1/$2" "$1/$2.$ending"
}

is_there() { [[ -e $1 || -L $1 ]]; }

# stand_back ROOT: all programs are the packages' own again.
stand_back() {
  local root=$1 file
  put_back "$root" "${postponed[@]}" "${lent[@]}"
  [[ ! -d $root/$libraries ]] || for file in $(perls_own); do rm -rf "${root:?}$file"; done
  rm -rf "${root:?}/$libraries" "${root:?}"/usr/lib64 "${root:?}"/lib64
}

# put_back ROOT FILE...: of what was diverted the packages' own is there again, or nothing, where none has brought it.
put_back() {
  local root=$1 list=$1/var/lib/dpkg/diversions file
  for file in "${@:2}"; do
    grep -qxF "/$file.$ending" "$list" || continue
    rm -f "$root/$file"
    ! is_there "$root/$file.$ending" || mv "$root/$file.$ending" "$root/$file"
    # In dpkg's list each has three lines.
    paste - - - <"$list" | grep -vF $'\t'"/$file.$ending"$'\t' | tr '\t' '\n' >"$list-new" || true
    mv "$list-new" "$list"
  done
}
