#!/usr/bin/env bash
# Builds acceld, boots virtual machines with real accelerators' interfaces and
# runs the cases of tests/vm/cases in them: grants, discovery, hot-plug on real
# kernels. No virtualisation hardware and no rights are needed once the
# packages are there. See docs/testing-vm.md.
#
# usage: scripts/test-vm.sh [--guest debian|sva]... [CASE]...
#   scripts/test-vm.sh                          # every case, every guest there is
#   scripts/test-vm.sh --guest debian discovery # one case program in one guest
#
# The last line is "N passed, N failed" (", N skipped" where there are any).
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
      (($# > 1)) || give_up "--guest needs a name: debian or sva"
      guests+=("$2")
      shift
      ;;
    -*) give_up "usage: scripts/test-vm.sh [--guest debian|sva]... [CASE]..." ;;
    *) cases+=("$1") ;;
  esac
  shift
done

step "1/4 packages"
"$repository/scripts/install-deps.sh" --vm || give_up "packages are missing"

step "2/4 kernels"
mkdir -p "$cache" || give_up "cannot make $cache"
# The release that Debian's metapackage names now; a package once fetched stays.
name="$(apt-cache depends linux-image-amd64 | awk '/Depends:/ {print $2; exit}')"
package="$(find "$cache" -maxdepth 1 -name "${name}_*.deb" | sort | tail -n 1)"
if [[ -z "$package" ]]; then
  (cd "$cache" && apt-get -qq download "$name") || give_up "cannot fetch $name"
  package="$(find "$cache" -maxdepth 1 -name "${name}_*.deb" | sort | tail -n 1)"
fi
good "debian: $name"
has_sva=no
[[ -x "$cache/sva/qemu" && -e "$cache/sva/uacce_edu.ko" ]] && has_sva=yes
if ((${#guests[@]} == 0)); then
  guests=(debian)
  if [[ "$has_sva" == yes ]]; then
    guests+=(sva)
  else
    bad "NOT RUN: the guest with shared virtual addressing is not in $cache/sva"
    bad "         (docs/testing-vm.md says what belongs there)"
  fi
fi

step "3/4 building"
if ((${#cases[@]} == 0)); then
  mapfile -t cases < <(sed -n 's/^    "\(.*\)",$/\1/p' tests/vm/cases/cases.bzl)
fi
case_targets=("${cases[@]/#///tests/vm/cases:}")
programs=(//daemon:acceld //daemon/soft:acceld-soft-worker //client/ctl:accelctl //client/topo:accel-topo)
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
  --file configs/policy.d/50-default.json:/etc/acceld/policy.d/50-default.json
