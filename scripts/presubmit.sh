#!/usr/bin/env bash
# Everything that a change must pass before it is sent, quickest first:
# scripts, format, layers, BUILD files, clang-tidy on what changed, tests, and the
# tests again under the address and undefined-behaviour sanitizers.
#
# usage: scripts/presubmit.sh [BASE]
#   BASE  what the change is compared with (default: main)
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"
base="${1:-main}"

failures=()
check() {
  local name="$1"
  shift
  "$@" || failures+=("$name")
}

tidy_changed() {
  local changed=()
  mapfile -t changed < <({
    git diff --name-only --diff-filter=d "$base"... -- '*.cc'
    git diff --name-only --diff-filter=d HEAD -- '*.cc'
    git ls-files --others --exclude-standard -- '*.cc'
  } | sort -u)
  if ((${#changed[@]} == 0)); then
    good "no .cc file changed since $base"
    return
  fi
  step "clang-tidy on ${#changed[@]} files"
  # Generated headers are found in bazel-bin, once they were built.
  printf '%s\0' "${changed[@]}" | xargs -0 -n 1 -P "$(nproc)" -I '{}' \
    clang-tidy --quiet '{}' -- -std=c++20 -I. -Ibazel-bin
}

scripts/install-deps.sh --test
check "shell scripts" shellcheck -x scripts/*.sh .ci/run
check "format" scripts/format.sh --check
check "BUILD files" scripts/check-build-files.sh
check "layers" scripts/check-layers.sh
check "tests" scripts/test.sh
check "clang-tidy" tidy_changed
check "sanitizers" scripts/test.sh --config=asan

if ((${#failures[@]})); then
  bad "failed:"
  printf '      %s\n' "${failures[@]}" >&2
  exit 1
fi
good "ready to be sent"
