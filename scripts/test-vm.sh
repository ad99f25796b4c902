#!/usr/bin/env bash
# Builds acceld, boots virtual machines with real accelerators' interfaces and
# runs the cases of tests/vm/cases in them: grants, discovery, hot-plug on real
# kernels. No virtualisation hardware and no rights are needed once the
# packages are there. See docs/testing-vm.md.
#
# usage: scripts/test-vm.sh [--guest debian|sva|systemd]... [CASE]...
#   scripts/test-vm.sh                          # every case, every guest there is
#   scripts/test-vm.sh --guest debian discovery # one case program in one guest
#
# The last line is "N passed, N failed" (", N skipped" where there are any). Where
# QEMU is not there and cannot be installed nothing is run: exit status 77.
set -uo pipefail # not -e: whatever happens, the last line is printed
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository" || exit 1
cache="${XDG_CACHE_HOME:-$HOME/.cache}/acceld/vm"

give_up() {
  bad "$*"
  echo "0 passed, 1 failed"
  exit 1
}

guests=() cases=()
while (($#)); do
  case "$1" in
    --guest)
      (($# > 1)) || give_up "--guest needs a name: debian, sva or systemd"
      guests+=("$2")
      shift
      ;;
    -*) give_up "usage: scripts/test-vm.sh [--guest debian|sva|systemd]... [CASE]..." ;;
    *) cases+=("$1") ;;
  esac
  shift
done

step "1/4 packages"
if ! "$repository/scripts/install-deps.sh" --vm; then
  command -v qemu-system-x86_64 >/dev/null && give_up "packages are missing"
  bad "NOT RUN: QEMU is not there and cannot be installed: no case ran in a virtual machine"
  echo "0 passed, 0 failed, 1 skipped"
  exit 77
fi

step "2/4 guests"
# docs/testing-vm.md says what belongs there.
has_sva=no
[[ -x "$cache/sva/qemu" && -n "$(find "$cache/sva" -maxdepth 1 -name 'bzImage-*')" ]] && has_sva=yes
if ((${#guests[@]} == 0)); then
  guests=(debian systemd)
  if [[ "$has_sva" == yes ]]; then
    guests+=(sva)
  else
    bad "NOT RUN: the guest with shared virtual addressing is not in $cache/sva"
    bad "         (docs/testing-vm.md: build it, or drop its files there)"
  fi
fi
package="$cache/$(<"$cache/debian")" || give_up "no kernel in $cache"
debian="${package%.deb}"
if [[ -e "$debian/headers/complete" && -s "$debian/uacce.c" ]]; then
  tests/vm/uacce_edu/build.sh "$debian/headers/build" "$debian/uacce" "$debian/uacce.c" ||
    give_up "the uacce driver does not build for the guest debian"
fi
if [[ "$has_sva" == yes ]] && ! scripts/build-vm.sh --module; then
  bad "no uacce driver for the guest sva: its cases of uacce are skipped"
fi

step "3/4 building"
if ((${#cases[@]} == 0)); then
  mapfile -t cases < <(sed -n 's/^    "\(.*\)",$/\1/p' tests/vm/cases/cases.bzl)
fi
case_targets=("${cases[@]/#///tests/vm/cases:}")
programs=(//daemon:acceld //daemon/soft:acceld-soft-worker //client/ctl:accelctl //client/topo:accel-topo
  //integrations/exporter:accel-exporter
  //tests/vm/container_visitor:container_visitor //tests/vm/cuse_accelerator:cuse_accelerator)
bazel build --noshow_loading_progress "${programs[@]}" "${case_targets[@]}" >&2 || give_up "it does not build"

step "4/4 guests: ${guests[*]}"
arguments=(--cache "$cache" --package "$package")
for guest in "${guests[@]}"; do arguments+=(--guest "$guest"); done
for target in "${programs[@]}"; do
  path="${target#//}"
  arguments+=(--program "bazel-bin/${path/://}")
done
for case in "${cases[@]}"; do arguments+=(--case "bazel-bin/tests/vm/cases/$case"); done
/usr/bin/python3 tests/vm/run.py "${arguments[@]}" \
  --file configs/dbus/org.acceld1.conf:/usr/share/dbus-1/system.d/org.acceld1.conf \
  --file configs/policy.d/50-default.json:/etc/acceld/policy.d/50-default.json \
  --file tests/vm/guest/70-vm.json:/etc/acceld/policy.d/70-vm.json \
  --file tests/vm/guest/vfio.json:/etc/acceld/vfio.json
