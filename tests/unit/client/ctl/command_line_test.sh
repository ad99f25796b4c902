#!/bin/bash
# accelctl without a daemon: exit statuses, and that help, manual and completion
# name the same commands.
set -uo pipefail
accelctl=$1 manual=$2 completion=$3 policy=$4
failures=0

expect() {  # STATUS DESCRIPTION COMMAND...
  local wanted=$1 what=$2
  shift 2
  "$@" >out 2>err </dev/null
  local got=$?
  if [[ $got != "$wanted" ]]; then
    echo "FAILED: $what: status $got, not $wanted"
    cat out err
    failures=$((failures + 1))
  fi
}

cd "$TEST_TMPDIR" || exit 1
accelctl=$OLDPWD/$accelctl manual=$OLDPWD/$manual completion=$OLDPWD/$completion
# accelctl runs accel-policy, which is installed beside it.
PATH=$OLDPWD/$(dirname "$policy"):$PATH
nobus=unix:path=$TEST_TMPDIR/no-such-bus
echo '{"stages": []}' >pipeline.json
echo '{"stages": [}' >broken.json
echo '[]' >array.json

expect 0 "help" "$accelctl" --help
cp out help
expect 0 "version" "$accelctl" --version
expect 2 "no command" "$accelctl"
expect 2 "unknown command" "$accelctl" frobnicate
expect 2 "no file" "$accelctl" plan
expect 2 "unknown option" "$accelctl" plan pipeline.json --frob
expect 2 "no command to run" "$accelctl" run pipeline.json
expect 2 "file and size" "$accelctl" demo --file x --size 1MiB
expect 4 "missing file" "$accelctl" plan none.json
expect 5 "broken file" "$accelctl" plan broken.json
grep -q 'broken.json: ' err || { echo "FAILED: file not named"; failures=1; }
expect 5 "no object" "$accelctl" plan array.json
expect 5 "size without unit" "$accelctl" demo --size 12
expect 9 "no bus" "$accelctl" plan pipeline.json --bus "$nobus"
grep -q -- '--bus' err || { echo "FAILED: no advice"; failures=1; }
expect 9 "global option first" "$accelctl" --bus "$nobus" --json status
cat >machine.json <<'EOF'
{"format": "acceld-machine", "version": 1, "entities": [
  {"key": "accelerator:a", "kind": "accelerator", "attributes": {
    "framework": "drm", "functions": ["compute/gpu"], "grant": "fd",
    "node": "/dev/dri/renderD128"}}]}
EOF
expect 2 "export of what" "$accelctl" export
expect 0 "export" "$accelctl" export gres.conf --from machine.json
grep -qx 'Name=gpu Type=drm File=/dev/dri/renderD128' out ||
  { echo "FAILED: gres.conf"; cat out; failures=1; }
expect 0 "export to a file" "$accelctl" export gres.conf --from machine.json \
  --host-names 'n[1-2]' -o gres.conf
expect 0 "export again" "$accelctl" export gres.conf --from machine.json \
  --host-names 'n[1-2]' -o gres.conf
grep -q '^NodeName=n\[1-2\] Name=gpu' gres.conf ||
  { echo "FAILED: gres.conf as a file"; failures=1; }
expect 1 "no machine" "$accelctl" export gres.conf --from pipeline.json
expect 5 "no host list" "$accelctl" export gres.conf --from machine.json \
  --host-names 'a b'
expect 4 "no file to export" "$accelctl" export gres.conf --from none.json
expect 9 "nobody to export" "$accelctl" --bus "$nobus" export gres.conf
expect 9 "run" "$accelctl" --bus "$nobus" run pipeline.json -- true --bus x
expect 9 "demo" "$accelctl" --bus "$nobus" demo --size 1MiB

commands=$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z]*\) .*/\1/p' help)
[[ $(wc -w <<<"$commands") -ge 11 ]] || { echo "FAILED: help"; failures=1; }
listed=$(sed -n '/local commands=/,/"$/p' "$completion" |
  sed 's/.*commands="//; s/"//' | tr -s ' \n' '\n\n' | sed '/^$/d' | sort)
diff <(sort <<<"$commands") <(echo "$listed") || failures=1
for command in $commands; do
  grep -Eq "^(\.BI? $command|\\\\fB$command( [a-z]+)?\\\\fR)( |\||\$)" "$manual" ||
    { echo "FAILED: $command is not in the manual"; failures=1; }
  expect 0 "help of $command" "$accelctl" "$command" --help
done
# The manual's table of exit statuses is that of --help.
diff <(sed -n '/^Exit status:/,$s/^ *\([0-9]*\)  \(.*\)/\1 \2/p' help) \
  <(sed -n '/^\.SH EXIT STATUS/,/^\.PP/p' "$manual" |
    grep -v '^\.' | paste -d ' ' - -) || failures=1
exit $((failures > 0))
