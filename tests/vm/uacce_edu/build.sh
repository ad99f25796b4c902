#!/usr/bin/env bash
# Builds uacce_edu.ko, and uacce.ko where the kernel has none, unless that was
# done before from the same sources.
#
# usage: tests/vm/uacce_edu/build.sh KERNEL_BUILD_DIRECTORY OUT [UACCE_C]
#   OUT      receives the modules
#   UACCE_C  drivers/misc/uacce/uacce.c of that kernel's source
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
kernel="$(readlink -f "$1")" out="$2" uacce="${3:-}"

stamp="$(cat "$here"/{Kbuild,build.sh,copy_queue.h,uacce_edu.c} ${uacce:+"$uacce"} | sha256sum | cut -c 1-64)"
if [[ -e "$out/uacce_edu.ko" && "$(cat "$out/stamp" 2>/dev/null)" == "$stamp" ]]; then exit 0; fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp "$here"/{Kbuild,copy_queue.h,uacce_edu.c} ${uacce:+"$uacce"} "$work/"
options=()
# A tree that was only prepared knows no exported symbols: insmod finds them.
[[ -s "$kernel/Module.symvers" ]] || options+=(KBUILD_MODPOST_WARN=1)
if ! make -s -C "$kernel" M="$work" "${options[@]}" modules >"$work/log" 2>&1; then
  cat "$work/log" >&2
  exit 1
fi
mkdir -p "$out"
rm -f "$out"/*.ko
cp "$work"/*.ko "$out/"
printf '%s\n' "$stamp" >"$out/stamp"
