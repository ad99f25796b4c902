#!/usr/bin/env bash
# Formats every C++ file with clang-format 14.
#
# usage: scripts/format.sh [--check]
#   --check  changes nothing; fails where a file is not formatted
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$repository"

formatter="$(command -v clang-format-14 || command -v clang-format)" ||
  die "clang-format is missing: scripts/install-deps.sh --test"
case "$("$formatter" --version)" in
  *'version 14.'*) ;;
  *) die "$formatter is not version 14; others format differently" ;;
esac

mapfile -t files < <(sources h cc)
case "${1:-}" in
  '')
    "$formatter" -i "${files[@]}"
    good "formatted ${#files[@]} files"
    ;;
  --check)
    "$formatter" --dry-run --Werror "${files[@]}" ||
      die "run scripts/format.sh"
    good "${#files[@]} files are formatted"
    ;;
  *) die "usage: scripts/format.sh [--check]" ;;
esac
