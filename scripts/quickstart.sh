#!/usr/bin/env bash
# From a fresh Debian 12 to the main job: installs packages, builds, starts acceld on a bus
# of its own over this machine's real /sys, shows the topology, acquires compress -> digest,
# runs it on a 64 MiB file by virtual address, checks the result with gzip and sha256sum.
#
# usage: scripts/quickstart.sh [--file PATH] [--keep]
#   --file PATH  work on this file instead of one that is made
#   --keep       keep the results, and say where
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"

usage() { sed -n '2,9s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

file='' keep=no
while (($#)); do
  case "$1" in
    --file) file="${2:?--file needs a path}" && shift 2 ;;
    --keep) keep=yes && shift ;;
    -h | --help) usage && exit 0 ;;
    *) die "unknown option $1; see scripts/quickstart.sh --help" ;;
  esac
done

targets=(//daemon:acceld //daemon/soft:acceld-soft-worker //client/ctl:accelctl
  //client/topo:accel-topo)

step "1/5 packages"
scripts/install-deps.sh
step "2/5 building (a few minutes the first time)"
bazel build "${targets[@]}" >&2
bin="$(bazel info bazel-bin 2>/dev/null)"
export PATH="$bin/daemon:$bin/client/ctl:$bin/client/topo:$PATH"

work="$(mktemp -d)"
stop() {
  [[ -z "${acceld_pid:-}" ]] || kill "$acceld_pid" 2>/dev/null || true
  [[ -z "${bus_pid:-}" ]] || kill "$bus_pid" 2>/dev/null || true
  if [[ "$keep" == yes ]]; then
    good "kept: $work"
  else
    rm -rf "$work"
  fi
}
trap stop EXIT

step "3/5 starting acceld on a private bus"
dbus-daemon --session --nofork --print-address=4 --print-pid=5 \
  4>"$work/address" 5>"$work/pid" &
bus_pid=$!
until [[ -s "$work/address" ]]; do
  kill -0 "$bus_pid" 2>/dev/null || die "dbus-daemon did not start"
  read -rt 0.05 <> <(:) || true
done
bus="$(<"$work/address")"
# A copy: policy files must be nobody else's to write, whatever the checkout's modes.
install -d -m 0755 "$work/policy.d"
install -m 0644 configs/policy.d/*.json "$work/policy.d"
acceld --bus="$bus" --policy "$work/policy.d" \
  --worker "$bin/daemon/soft/acceld-soft-worker" 2>"$work/acceld.log" &
acceld_pid=$!
until accelctl --bus="$bus" status >"$work/status" 2>/dev/null; do
  kill -0 "$acceld_pid" 2>/dev/null || {
    cat "$work/acceld.log" >&2
    die "acceld did not start"
  }
  read -rt 0.05 <> <(:) || true
done
cat "$work/status"

step "4/5 this machine"
accel-topo --bus="$bus"

step "5/5 the main job: compress -> digest"
demo=(--output "$work/packed")
input="$work/packed" # where demo writes the test data that it made
if [[ -n "$file" ]]; then
  demo+=(--file "$file")
  input="$file"
fi
accelctl --bus="$bus" demo "${demo[@]}"

step "checking that with other tools"
gzip --test "$work/packed.gz"
good "gzip: packed.gz is sound"
zcat "$work/packed.gz" | cmp - "$input"
good "cmp: it unpacks to the same bytes"
(cd "$work" && sha256sum --check --quiet packed.gz.sha256)
good "sha256sum: the digest is right"

good "done. Next: accel-topo --help, accelctl --help, README.md"
