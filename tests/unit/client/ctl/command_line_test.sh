#!/bin/bash
# accelctl without a daemon: exit statuses, and that help, manual and completion
# name the same commands.
set -uo pipefail
accelctl=$1 manual=$2 completion=$3 policy=$4 host=$5
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
host=$OLDPWD/$host
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
expect 2 "options of the command" "$accelctl" run pipeline.json podman --rm
grep -q 'Put -- before' err || { echo "FAILED: no hint"; failures=1; }
expect 4 "no such directory" "$accelctl" cdi list --output-dir none
expect 2 "exec of nothing" "$accelctl" exec
expect 4 "exec without a lease" "$accelctl" exec -- true --bus x
expect 9 "demo" "$accelctl" --bus "$nobus" demo --size 1MiB

# Policies: what a check exits with, as a CI job relies on it.
mkdir good warned wrong empty
rule='{"version": 1, "rules": [{"effect": "allow", "groups": ["ml"]'
echo "$rule}]}" >good/10.json
echo "$rule}, {\"effect\": \"allow\", \"groups\": [\"ml\"]}]}" >warned/10.json
echo "$rule, \"class\": \"x\"}]}" >wrong/10.json
echo '{"version": 1, "rules": [' >broken.d.json
echo 'ml:x:100:' >people
echo 'ml:x' >no-people
echo 'other:x:5:' >others
check() { expect "$1" "$2" "$accelctl" policy check "${@:3}"; }
check 0 "good policy" --no-users good
[[ -s out ]] && { echo "FAILED: good policy: $(<out)"; failures=1; }
check 0 "warning" --no-users warned
grep -q '10.json:1: warning: /rules/1: ' out || { echo "FAILED: no warning"; failures=1; }
check 1 "warning, strictly" --no-users --strict warned
check 2 "mistake" --no-users wrong
grep -q '10.json:1: /rules/0/class: ' out || { echo "FAILED: pointer"; failures=1; }
check 2 "mistake, strictly" --no-users --strict wrong
check 2 "two files, one of them wrong" --no-users good/10.json wrong/10.json
check 2 "broken JSON" --no-users broken.d.json
check 0 "group of a file" --users people good
check 2 "group that the file has not" --users others good
check 5 "no file of people" --users no-people good
check 4 "missing file of people" --users none good
check 4 "missing policy" --no-users none
check 4 "no policy in it" --no-users empty
check 2 "users twice" --no-users --users people good
check 2 "no file named"
expect 0 "JSON" "$accelctl" --json policy check --no-users good
expect 2 "JSON of a mistake" "$accelctl" --json policy check --no-users wrong
grep -q '"valid": false' out || { echo "FAILED: JSON: $(<out)"; failures=1; }

# Every other command of accel-policy, which accelctl runs.
echo '{"stages": [{"name": "s", "function": "compute/gpu"}]}' >gpu.json
echo '{"users": {"ann": {"groups": ["ml"]}}, "requests": [
  {"at": "1s", "hold": "1s", "user": "ann", "pipeline": "gpu.json"}]}' >day.json
echo '{"version": 1}' >nobody.json
explain() { expect "$1" "$2" "$accelctl" policy explain --no-users --host "$host" --pipeline gpu.json "${@:3}"; }
explain 0 "explain" --policy good --user ann --group ml
explain 7 "explain a refusal" --policy good --user ann
explain 4 "explain without a policy" --policy none --user ann
explain 2 "explain to nobody" --policy good
simulate() { expect "$1" "$2" "$accelctl" policy simulate --no-users --host "$host" --workload "${@:3}"; }
simulate 0 "simulate" day.json --policy good --picture day.svg
grep -q '</svg>' day.svg || { echo "FAILED: no picture"; failures=1; }
simulate 4 "picture that cannot be written" day.json --policy good --picture /proc/x/day.svg
simulate 4 "no workload" none.json --policy good
simulate 5 "broken workload" broken.json --policy good
differ() { expect "$1" "$2" "$accelctl" policy diff --no-users --host "$host" --workload day.json "${@:3}"; }
differ 0 "no difference" good warned
differ 1 "difference" good nobody.json
differ 2 "one policy" good
expect 2 "no command of policy" "$accelctl" policy
expect 2 "unknown command of policy" "$accelctl" policy frobnicate
for command in check explain simulate diff; do
  expect 0 "help of policy $command" "$accelctl" policy "$command" --help
done
(PATH=/nowhere; expect 4 "accel-policy is not there" "$accelctl" policy check good; exit "$failures") || failures=1

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
