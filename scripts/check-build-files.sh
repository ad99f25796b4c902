#!/usr/bin/env bash
# Checks that every C++ file is in some target, that no file is longer than it
# may be, and that BUILD files keep their lists sorted.
#
# usage: scripts/check-build-files.sh
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"

readonly max_lines=400
failed=0

step "every C++ file is in some target"
attributes=(srcs hdrs textual_hdrs)
query="$(printf 'labels(%s, //...) union ' "${attributes[@]}")"
owned="$(bazel query --noshow_progress --noshow_loading_progress \
  "${query% union }")" || die "bazel query failed"
# "//base:json.cc" is base/json.cc, "//:x.cc" is x.cc.
mapfile -t unowned < <(comm -23 <(sources h cc | sort) \
  <(sed 's|^//||; s|:|/|; s|^/||' <<<"$owned" | sort -u))
if ((${#unowned[@]})); then
  bad "in no target:"
  printf '      %s\n' "${unowned[@]}" >&2
  failed=1
fi

step "no file is longer than $max_lines lines"
while IFS= read -r file; do
  lines="$(wc -l <"$file")"
  if ((lines > max_lines)); then
    bad "$file has $lines lines"
    failed=1
  fi
done < <(sources h cc sh py bzl)

step "lists in BUILD files are sorted"
/usr/bin/python3 scripts/check_sorted.py || failed=1

((failed == 0)) || die "BUILD files need work"
good "BUILD files are in order"
