#!/bin/bash
# The polkit actions are valid, and those that the daemon asks about.
set -euo pipefail
actions=$1 header=$2
dtd=/usr/share/polkit-1/policyconfig-1.dtd
[[ -e $dtd ]] || { echo "no $dtd (Debian: polkitd)" >&2; exit 1; }
xmllint --nonet --noout --dtdvalid "$dtd" "$actions"
diff <(xmllint --nonet --xpath '//action/@id' "$actions" | grep -o 'org[^"]*' | sort) \
  <(grep -o '"org.acceld1.[a-z-]*"' "$header" | tr -d '"' | sort -u)
