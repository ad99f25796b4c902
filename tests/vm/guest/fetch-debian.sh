#!/usr/bin/env bash
# Fetches what the guest `debian` is made of, unless it is there: Debian's
# kernel, its headers, and uacce.c of its source (Debian's kernel has no uacce of
# its own; tests/vm/uacce_edu). Called by scripts/install-deps.sh --vm.
#
# usage: tests/vm/guest/fetch-debian.sh
#
# The kernel is the newest 6.1 of Debian 12 that apt knows. The archive drops old
# ones: where it cannot be fetched, the newest that was fetched before is taken.
# What was chosen is in CACHE/debian, CACHE being
# ${XDG_CACHE_HOME:-~/.cache}/acceld/vm: the name of a package file there,
# unpacked beside it in a folder of its name.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../../scripts/lib.sh"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/acceld/vm"
mkdir -p "$cache"
cd "$cache"
exec 9>lock
flock 9

# fetch PACKAGE...: into this folder. Quiet where apt cannot drop its rights.
fetch() { apt-get -qq -o APT::Sandbox::User=root download "$@"; }
# fetched GLOB: the newest file here, if any.
fetched() { find . -maxdepth 1 -name "$1" -printf '%f\n' | sort -V | tail -n 1; }

name="$(apt-cache pkgnames linux-image-6.1.0- | grep -E -- '-[0-9]+-amd64$' | sort -V | tail -n 1 || true)"
package=""
if [[ -n "$name" ]]; then
  version="$(apt-cache show --no-all-versions "$name" | sed -n 's/^Version: //p')"
  package="${name}_${version}_amd64.deb"
  if [[ ! -s "$package" ]]; then
    step "fetching $package (70 MB)"
    fetch "$name=$version" || package=""
  fi
fi
if [[ -z "$package" ]]; then
  package="$(fetched 'linux-image-6.1.0-*-amd64_*.deb')"
  [[ -n "$package" ]] || die "the archive has no linux-image-6.1.0-*-amd64: run apt-get update"
  bad "the archive cannot give ${name:-a kernel} (run apt-get update?); $package is taken"
fi
printf '%s\n' "$package" >debian
folder="${package%.deb}"
release="${package#linux-image-}" # 6.1.0-56-amd64
release="${release%%_*}"
version="${package#*_}"
version="${version%_amd64.deb}"
good "kernel of the guest debian: $release ($version)"

# Headers: unpacked here, installed nowhere. Their Makefile names its place.
if [[ ! -e "$folder/headers/complete" ]]; then
  step "fetching the headers of $release (15 MB)"
  work="$(mktemp -d -p .)"
  trap 'rm -rf "$cache/$work"' EXIT
  if (cd "$work" && fetch "linux-headers-$release=$version" \
    "linux-headers-${release%-amd64}-common=$version" "linux-kbuild-6.1=$version"); then
    rm -rf "$folder/headers"
    mkdir -p "$folder/headers"
    for part in "$work"/*.deb; do dpkg-deb -x "$part" "$folder/headers"; done
    sed -i "s|/usr/src/|$cache/$folder/headers/usr/src/|" \
      "$folder/headers/usr/src/linux-headers-$release/Makefile"
    ln -s "usr/src/linux-headers-$release" "$folder/headers/build"
    : >"$folder/headers/complete"
  else
    bad "NOT THERE: the headers of $release: the guest debian has no uacce device"
  fi
  rm -rf "$work"
fi

# One file of 80000: the archive ends where it was found.
if [[ ! -s "$folder/uacce.c" ]]; then
  step "fetching uacce.c out of linux-source-6.1 (140 MB)"
  work="$(mktemp -d -p .)"
  trap 'rm -rf "$cache/$work"' EXIT
  mkdir -p "$folder"
  if (cd "$work" && fetch "linux-source-6.1=$version"); then
    # Its readers are cut off when the file was found: their status says nothing.
    { dpkg-deb --fsys-tarfile "$work"/*.deb |
      tar -xO ./usr/src/linux-source-6.1.tar.xz |
      tar -xJO --occurrence=1 linux-source-6.1/drivers/misc/uacce/uacce.c \
        >"$work/uacce.c"; } 2>/dev/null || true
    if [[ -s "$work/uacce.c" ]]; then mv "$work/uacce.c" "$folder/"; fi
  fi
  rm -rf "$work"
  [[ -s "$folder/uacce.c" ]] ||
    bad "NOT THERE: uacce.c of $version: the guest debian has no uacce device"
fi
