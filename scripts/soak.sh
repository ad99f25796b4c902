#!/usr/bin/env bash
# Runs the property tests again and again, each round on other random cases and ten
# times as many as usual, until the time is up or one fails. scripts/test.sh draws
# the same cases every time, so that nobody's change fails by chance; this is where
# new ones are found.
#
# usage: scripts/soak.sh [MINUTES [TARGET]...]
#   scripts/soak.sh                            # 10 minutes, all property tests
#   scripts/soak.sh 60 //tests/unit/graph/...  # an hour, those of the graph
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"

minutes="${1:-10}"
[[ "$minutes" =~ ^[1-9][0-9]*$ ]] || die "usage: scripts/soak.sh [MINUTES [TARGET]...]"
targets=("${@:2}")
((${#targets[@]})) || targets=(//tests/...)

mapfile -t tests < <(bazel query --noshow_progress \
  "kind(cc_test, rdeps(set(${targets[*]}), @system//:rapidcheck))")
((${#tests[@]})) || die "no property tests among ${targets[*]}"

step "${#tests[@]} property tests for $minutes minutes"
end=$((SECONDS + minutes * 60))
rounds=0
while ((SECONDS < end)); do
  seed=$((RANDOM << 30 | RANDOM << 15 | RANDOM))
  parameters="seed=$seed max_success=1000"
  if ! bazel test --noshow_progress --ui_event_filters=-info --test_summary=none \
    --keep_going --test_timeout=900 --test_env=RC_PARAMS="$parameters" -- "${tests[@]}" >&2; then
    die "again: bazel test --test_env=RC_PARAMS='$parameters' TARGET"
  fi
  rounds=$((rounds + 1))
  step "round $rounds passed (seed $seed), $((end > SECONDS ? (end - SECONDS) / 60 : 0)) minutes left"
done
good "$rounds rounds passed"
