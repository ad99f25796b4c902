# shellcheck shell=bash
# Sourced by the other scripts: where the repository is, and how to talk to a
# person. Colour on a terminal only; progress goes to standard error.

repository="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export repository

if [[ -t 2 && -z "${NO_COLOR:-}" ]]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' red='' green='' plain=''
fi

# What happens next.
step() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }
good() { printf '%s    %s%s\n' "$green" "$*" "$plain" >&2; }
bad() { printf '%s    %s%s\n' "$red" "$*" "$plain" >&2; }

die() {
  bad "$*"
  exit 1
}

# Tracked and new files (not ignored ones) with these endings: sources h cc
sources() {
  local patterns=()
  local ending
  for ending in "$@"; do patterns+=("*.$ending"); done
  git -C "$repository" ls-files --cached --others --exclude-standard \
    --deduplicate -- "${patterns[@]}" | while IFS= read -r file; do
    # A file that is deleted but not yet committed is still listed.
    [[ -e "$repository/$file" ]] && printf '%s\n' "$file"
  done
}
