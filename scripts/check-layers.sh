#!/usr/bin/env bash
# Checks who includes whom: headers only from direct dependencies (clang and
# Bazel's layering_check; gcc cannot tell), and the big libraries only in the
# few files that hide them from everybody else.
#
# usage: scripts/check-layers.sh [--includes-only]
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"

failed=0

# only_in NAME INCLUDE-REGEX PATH-REGEX: files that match the include must match
# the path. Tests may include what they like.
only_in() {
  local name="$1" include="$2" allowed="$3" hits
  hits="$(sources h cc | grep -vE '^(tests|bench)/' |
    xargs -r -d '\n' grep -lE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]$include" |
    grep -vE "$allowed" || true)"
  [[ -z "$hits" ]] && return
  bad "$name does not belong in:"
  printf '      %s\n' "$hits" >&2
  failed=1
}

step "includes of libraries"
only_in "the JSON library" 'nlohmann/' '^base/json\.cc$'
only_in "Boost.Graph" 'boost/' '^graph/[^/]*\.cc$'
only_in "spdlog" 'spdlog/' '^base/log\.cc$'
# client/connection.h is private to its package.
only_in "sdbus-c++" 'sdbus-c\+\+/' \
  '^(daemon/service/|api/wire[^/]*\.(h|cc)$|client/(.*\.cc|connection\.h)$)'
only_in "gRPC" '(grpc(pp)?|google/protobuf)/' '^integrations/kubernetes/'
only_in "prometheus-cpp" 'prometheus/' '^integrations/exporter/'
only_in "Slurm" 'slurm/' '^integrations/slurm/spank/plugin\.cc$'
only_in "libcurl" 'curl/' '^integrations/kubernetes/dra/https_connection\.cc$'
only_in "liblzma" 'lzma\.h' '^probes/recording/xz_stream\.cc$'
only_in "libarchive" 'archive(_entry)?\.h' '^probes/recording/[^/]*\.cc$'
only_in "hwloc" 'hwloc' '^probes/[^/]*\.cc$'
((failed == 0)) || die "see docs/architecture.md"
good "libraries are where they belong"

[[ "${1:-}" == --includes-only ]] && exit 0

step "headers from direct dependencies (compiles everything with clang)"
progress=(--color=no --curses=no --show_progress_rate_limit=15)
[[ -t 2 ]] && progress=()
started=$SECONDS
# What most files include is read once, not a thousand times: half of clang's work.
# clang refuses it where these flags differ from those of --config=layers. A file
# that forgets one of these includes fails to compile with gcc, which has no such
# shortcut.
precompiled="${XDG_CACHE_HOME:-$HOME/.cache}/acceld/layers.pch"
mkdir -p "${precompiled%/*}"
printf '#include <%s>\n' algorithm chrono filesystem fstream functional gtest/gtest.h \
  map memory optional span sstream string thread tl/expected.hpp variant vector |
  clang -std=c++20 -O0 -fPIC -fstack-protector -DNDEBUG -D_FORTIFY_SOURCE=1 \
    -fmodules-strict-decluse -fpch-instantiate-templates -x c++-header - -o "$precompiled.$$"
mv "$precompiled.$$" "$precompiled"
# Objects only: what is not linked need not wait for the linker.
bazel build --config=layers --keep_going --noshow_loading_progress \
  --output_groups=compilation_outputs \
  --cxxopt=-include-pch --cxxopt="$precompiled" \
  "${progress[@]}" -- //... >&2 || die "a header is used without its target"
good "layers hold ($((SECONDS - started)) s)"
