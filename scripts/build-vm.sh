#!/usr/bin/env bash
# Builds the guest `sva` of scripts/test-vm.sh out of Debian's source packages: a
# kernel with UACCE, IOMMUFD and VFIO cdev, a QEMU whose edu device shares the
# client's address space, and the uacce driver for that kernel.
#
# usage: scripts/build-vm.sh [--kernel] [--qemu] [--module]
#   --kernel  Linux of Debian unstable, by tests/vm/guest/sva/kernel.fragment (10 min on two cores, 3 GB while it builds)
#   --qemu    QEMU of Debian 13, with tests/vm/guest/sva/qemu.patch (5 min)
#   --module  tests/vm/uacce_edu for the kernel that is there, built here or not (1 min, once)
#   None of them: all three.
#
# They are kept in CACHE/sva, CACHE being ${XDG_CACHE_HOME:-~/.cache}/acceld/vm. Who has
# the files elsewhere spares the first two by putting these there:
#   qemu                       an x86_64 system emulator with the patch, executable
#   bzImage-RELEASE            the kernel, with CONFIG_IKCONFIG
#   modules-RELEASE.tar.xz     its lib/modules/RELEASE
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/acceld/vm"
sva="$cache/sva"
inputs="$repository/tests/vm/guest/sva"

parts=()
for option in "$@"; do
  case "$option" in
    --kernel | --qemu | --module) parts+=("${option#--}") ;;
    *) die "usage: scripts/build-vm.sh [--kernel] [--qemu] [--module]" ;;
  esac
done
((${#parts[@]})) || parts=(kernel qemu module)

mkdir -p "$sva"
work=""
trap '[[ -z "$work" ]] || rm -rf "$work"' EXIT
new_work() {
  [[ -z "$work" ]] || rm -rf "$work"
  work="$(mktemp -d -p "$cache" build.XXXXXX)"
}

# apt for other releases of Debian than this machine's, which it leaves alone.
other_apt() {
  local program="$1" apt="$cache/apt"
  shift
  "$program" -qq -o Dir::State="$apt/state" -o Dir::State::status=/dev/null -o Dir::Cache="$apt" \
    -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o APT::Sandbox::User=root \
    -o APT::Get::AllowUnauthenticated=false "$@"
}
update_other_apt() {
  local signed='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  # The archive that this machine's own packages come from has the others too.
  local mirror
  # shellcheck disable=SC2016 # apt fills it in
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' | sed -n 1p)"
  [[ -n "$mirror" ]] || die "apt knows no Debian archive: apt-get update"
  mkdir -p "$cache/apt/state/lists/partial" "$cache/apt/archives/partial"
  printf '%s\n' "deb $signed $mirror sid main" "deb $signed $mirror bookworm-backports main" \
    "deb-src $signed $mirror trixie main" >"$cache/apt/sources.list"
  step "package lists of Debian sid and trixie"
  other_apt apt-get update || die "the Debian archive cannot be reached"
}

build_packages=(bc bison build-essential flex libelf-dev libssl-dev)
qemu_packages=(dpkg-dev libglib2.0-dev libpixman-1-dev ninja-build patch python3-venv zlib1g-dev)
need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  ((${#missing[@]} == 0)) || die "install first: apt-get install ${missing[*]}"
}

# unpack_linux PACKAGE_FILE FOLDER [PATTERN...]: the source, or what fits.
unpack_linux() {
  local package="$1" folder="$2" name
  shift 2
  name="$(basename "$package")"
  name="${name%%_*}"
  mkdir -p "$folder"
  dpkg-deb --fsys-tarfile "$package" | tar -xO "./usr/src/$name.tar.xz" |
    tar -xJ -C "$folder" --strip-components=1 --wildcards "${@/#/$name/}"
}

build_kernel() {
  need "${build_packages[@]}"
  update_other_apt
  new_work
  local name build release
  name="$(other_apt apt-cache depends linux-source | sed -n 's/.*Depends: \(linux-source-.*\)/\1/p' | head -n 1)"
  step "fetching $name (160 MB)"
  (cd "$work" && other_apt apt-get download "$name")
  step "unpacking"
  unpack_linux "$work"/linux-source-*.deb "$work/linux" '*'
  build="$work/build"
  mkdir "$build"
  step "configuring"
  make -s -C "$work/linux" O="$build" tinyconfig
  "$work/linux/scripts/kconfig/merge_config.sh" -m -O "$build" "$build/.config" "$inputs/kernel.fragment" >/dev/null
  make -s -C "$work/linux" O="$build" olddefconfig
  local line
  while IFS= read -r line; do
    grep -qxF "$line" "$build/.config" || bad "this kernel does not take $line"
  done < <(grep '^CONFIG_' "$inputs/kernel.fragment")
  step "building"
  make -s -j"$(nproc)" -C "$work/linux" O="$build" bzImage modules
  make -s -C "$work/linux" O="$build" INSTALL_MOD_PATH="$work/modules" modules_install
  release="$(<"$build/include/config/kernel.release")"
  rm -rf "$sva"/bzImage-* "$sva"/modules-*.tar.xz "$sva/unpacked" "$sva/kbuild" "$sva/uacce"
  cp "$build/arch/x86/boot/bzImage" "$sva/bzImage-$release"
  tar -cJf "$sva/modules-$release.tar.xz" -C "$work/modules" --exclude=build --exclude=source lib
  good "kernel $release"
}

build_qemu() {
  need "${build_packages[@]}" "${qemu_packages[@]}"
  update_other_apt
  new_work
  step "fetching the source of QEMU (40 MB)"
  (cd "$work" && other_apt apt-get source --download-only qemu)
  # Meson of this release is too old for it; that of the backports runs from where it is unpacked.
  (cd "$work" && other_apt apt-get -t bookworm-backports download meson)
  dpkg-deb -x "$work"/meson_*.deb "$work/meson"
  (cd "$work" && dpkg-source --no-check -x qemu_*.dsc qemu)
  step "patching and configuring"
  patch -s -d "$work/qemu" -p1 <"$inputs/qemu.patch"
  mkdir "$work/build"
  (
    cd "$work/build"
    export PYTHONPATH="$work/meson/usr/lib/python3/dist-packages" PATH="$work/meson/usr/bin:$PATH"
    "$work/qemu/configure" --target-list=x86_64-softmmu --without-default-features --enable-system \
      --enable-tcg --enable-pixman --disable-docs --disable-tools --disable-guest-agent \
      --disable-install-blobs --disable-werror --disable-download >configure.log 2>&1 || {
      tail -n 20 configure.log >&2
      die "QEMU cannot be configured"
    }
    step "building"
    ninja qemu-system-x86_64 >build.log || {
      tail -n 20 build.log >&2
      die "QEMU does not build"
    }
  )
  strip -o "$sva/qemu.new" "$work/build/qemu-system-x86_64"
  mv -f "$sva/qemu.new" "$sva/qemu"
  good "$("$sva/qemu" --version | head -n 1)"
}

# What a module needs of the source of a kernel whose build is not here.
prepare_kbuild() {
  local release="$1" version="${1%%-*}" image="$2"
  update_other_apt
  new_work
  local name="linux-source-${version%.*}" found
  found="$(other_apt apt-cache madison "$name" | awk '{print $3}' | grep -m 1 "^$version-" || true)"
  [[ -n "$found" ]] || die "Debian unstable no longer has the source of Linux $version: build the kernel too"
  step "fetching $name (160 MB)"
  (cd "$work" && other_apt apt-get download "$name=$found")
  step "preparing Linux $release for modules"
  unpack_linux "$work"/linux-source-*.deb "$work/kbuild/source" \
    'Makefile' 'Kbuild' 'Kconfig' '*/Kconfig*' 'arch/x86/*' 'include/*' 'kernel/*' 'lib/*' 'scripts/*' 'tools/*'
  mkdir "$work/kbuild/build"
  /usr/bin/python3 "$repository/tests/vm/guest/kernel_config.py" "$image" >"$work/kbuild/build/.config"
  rm -rf "$sva/kbuild"
  mv "$work/kbuild" "$sva/kbuild"
  make -s -C "$sva/kbuild/source" O="$sva/kbuild/build" olddefconfig
  make -s -j"$(nproc)" -C "$sva/kbuild/source" O="$sva/kbuild/build" modules_prepare >/dev/null
  printf '%s\n' "$release" >"$sva/kbuild/complete"
}

build_module() {
  local image release
  image="$(find "$sva" -maxdepth 1 -name 'bzImage-*' | sed -n 1p)"
  [[ -n "$image" ]] || die "no kernel in $sva"
  release="$(tar -tf "$sva"/modules-*.tar.xz | sed -n 's|.*lib/modules/\([^/]*\)/.*|\1|p' | head -n 1)"
  if [[ "$(cat "$sva/kbuild/complete" 2>/dev/null)" != "$release" ]]; then
    need "${build_packages[@]}"
    prepare_kbuild "$release" "$image"
  fi
  "$repository/tests/vm/uacce_edu/build.sh" "$sva/kbuild/build" "$sva/uacce"
  good "uacce driver for $release"
}

for part in "${parts[@]}"; do "build_$part"; done
