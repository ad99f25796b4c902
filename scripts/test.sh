#!/usr/bin/env bash
# Installs what is missing, builds everything and runs every test.
#
# usage: scripts/test.sh [BAZEL OPTION]... [TARGET]...
#   scripts/test.sh                                # all tests
#   scripts/test.sh --config=asan //tests/unit/... # some, under sanitizers
#
# The last line is "N passed, N failed" (", N skipped" where there are any); the
# exit status says the same. ACCELD_CHECKS="PASSED FAILED SKIPPED" adds results of
# other checks to the sum.
set -uo pipefail # not -e: every failure must end up in the sum
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository" || exit 1

options=() targets=()
for argument in "$@"; do
  case "$argument" in
    -?*) options+=("$argument") ;;
    *) targets+=("$argument") ;;
  esac
done
((${#targets[@]})) || targets=(//...)
# What only root can do is not tried by others, and counts as skipped.
left_out=()
if ((EUID != 0)); then
  options=(--test_tag_filters=-root "${options[@]}")
  left_out=(--left-out root)
fi
read -r checks_passed checks_failed checks_skipped <<<"${ACCELD_CHECKS:-0 0 0}"

give_up() {
  bad "$*"
  printf '%d passed, %d failed\n' "$checks_passed" $((checks_failed + 1))
  exit 1
}

step "1/2 packages"
"$repository/scripts/install-deps.sh" --test || give_up "packages are missing"

step "2/2 building and testing ${targets[*]}"
events="$(mktemp)"
trap 'rm -f "$events"' EXIT
progress=(--color=no --curses=no --show_progress_rate_limit=15)
[[ -t 2 ]] && progress=()
started=$SECONDS
bazel test --keep_going --build_event_json_file="$events" \
  --test_summary=terse --noshow_loading_progress \
  "${progress[@]}" "${options[@]}" -- "${targets[@]}" >&2
status=$?
step "took $((SECONDS - started)) s"
/usr/bin/python3 scripts/count_tests.py "$events" --bazel-status "$status" \
  "${left_out[@]}" --checks "$checks_passed" "$checks_failed" "$checks_skipped"
