#!/bin/bash
# libacceld.so exports what acceld.h declares, no less and no more.
set -euo pipefail
exported=$(nm -D --defined-only "$1" | awk '$2 == "T" {print $3}' |
  sed 's/@.*//' | sort)
all=$(nm -D --defined-only "$1" | awk '$2 != "A" {print $3}' |
  sed 's/@.*//' | sort)
declared=$(grep -o '\bacceld_[a-z_]*(' "$2" | tr -d '(' | sort -u)
# Without the example in the header's own comment the list would be the same:
# it calls only what is declared.
diff <(echo "$declared") <(echo "$exported")
diff <(echo "$exported") <(echo "$all")
test "$(echo "$exported" | wc -l)" -gt 15
