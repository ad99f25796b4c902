#!/usr/bin/env bash
# Installs the Debian 12 packages that acceld is built and tested with.
# Does nothing, and needs no rights, where all of them are there.
#
# usage: scripts/install-deps.sh [--test | --vm | --check]
#   --test   also what integrations/ is built with, and what the tests run
#   --vm     also what the virtual machines of scripts/test-vm.sh need, the newest
#            kernel of Debian 12 among it (kept in the cache, not installed)
#   --check  what the tests run, and what only the checks of developers need
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Compilers, Bazel (which brings a JDK) and the libraries (third_party/README.md).
build=(
  bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto
  bazel-skylib ca-certificates g++ git libacl1-dev libarchive-dev libbenchmark-dev
  libboost-dev libboost-graph-dev libcli11-dev libdrm-dev libexpected-dev libfmt-dev libgmock-dev
  libgtest-dev libhwloc-dev libisal-dev liblzma-dev librapidcheck-dev
  libsdbus-c++-bin libsdbus-c++-dev libseccomp-dev libspdlog-dev libssl-dev libsystemd-dev
  libudev-dev libvalijson-dev nlohmann-json3-dev pkg-config python3 zlib1g-dev
)
# What the quickstart runs: a private bus, other tools' answers.
run=(
  dbus hwloc pciutils python3-dbus python3-gi qpdf xz-utils
)
# Libraries of integrations/, which the quickstart does not build.
integrations=(
  libabsl-dev libcurl4-openssl-dev libgrpc++-dev libprotobuf-dev libslurm-dev
  prometheus-cpp-dev protobuf-compiler protobuf-compiler-grpc
)
# What the tests run: second opinions on documents and metrics, a browser for the
# page, containers, Go for the fake kubelet, and a Slurm cluster of one node.
tests=(
  chromium chromium-driver crun fonts-dejavu-core golang-go golang-google-grpc-dev
  golang-google-protobuf-dev
  graphviz iproute2 libxml2-utils munge podman polkitd prometheus protoc-gen-go
  protoc-gen-go-grpc python3-jsonschema python3-prometheus-client python3-selenium
  python3-yaml slurm-client slurmctld slurmd uidmap zstd
)
# Emulated machines, their file systems and kernels.
vm=(
  busybox-static cpio kmod make qemu-system-x86 seabios systemd zstd
)
checks=(
  clang clang-format clang-tidy libclang-rt-14-dev shellcheck
)

packages=("${build[@]}" "${run[@]}")
case "${1:-}" in
  '') ;;
  --test) packages+=("${integrations[@]}" "${tests[@]}") ;;
  --vm) packages+=("${integrations[@]}" "${tests[@]}" "${vm[@]}") ;;
  --check) packages+=("${integrations[@]}" "${tests[@]}" "${checks[@]}") ;;
  *) die "usage: scripts/install-deps.sh [--test | --vm | --check]" ;;
esac

command -v dpkg-query >/dev/null ||
  die "this is no Debian system; install what third_party/README.md lists"

installed() {
  # dpkg-query complains about packages it never heard of: they are missing.
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^installed //p' | sort -u || true
}
missing=()
while IFS= read -r package; do
  missing+=("$package")
done < <(comm -23 <(printf '%s\n' "${packages[@]}" | sort -u) \
  <(installed "${packages[@]}"))

# What does not come as an installed package.
finish() {
  if [[ "${1:-}" == --vm ]]; then exec "$repository/tests/vm/guest/fetch-debian.sh"; fi
  exit 0
}
if ((${#missing[@]} == 0)); then
  good "all ${#packages[@]} packages are installed"
  finish "$@"
fi

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null ||
    die "run this as root, or install sudo; missing: ${missing[*]}"
  as_root=(sudo)
fi

step "installing ${#missing[@]} packages: ${missing[*]}"
# Another apt-get (unattended upgrades) may hold the lock for a while.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}
# Of this package the tests run promtool; the server that it brings is not to run.
unwanted=()
if [[ " ${missing[*]} " == *" prometheus "* && -d /run/systemd/system ]]; then
  unwanted=(prometheus.service)
  "${as_root[@]}" systemctl --quiet mask --runtime "${unwanted[@]}"
fi
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
if ! { apt update && apt install --yes --no-install-recommends "${missing[@]}"; } \
  >"$log" 2>&1; then
  cat "$log" >&2
  die "apt-get failed"
fi
if ((${#unwanted[@]})); then
  "${as_root[@]}" systemctl --quiet unmask --runtime "${unwanted[@]}"
  "${as_root[@]}" systemctl --quiet disable "${unwanted[@]}"
fi
good "done"
finish "$@"
