#!/bin/sh
# unit.sh FOLDER: runs the unit tests of tests/unit/LIST that FOLDER was built with, two at a time; shows those that fail.
set -u
folder=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2016
cut -d' ' -f1 "$root/tests/unit/LIST" |
  xargs -P 2 -I NAME sh -c 'timeout 300 "$1/tests/test_$3" > "$2/$3.out" 2>&1; echo $? > "$2/$3.code"' sh "$folder" "$work" NAME

# number WORD FILE: of tests that cmocka counts as passed, failed or skipped.
number() {
  sed -n "s/^\[ *$1 *\] \([0-9]*\) test(s).*/\1/p" "$2" | awk '{ n += $1 } END { print n + 0 }'
}
passed=0 failed=0 skipped=0
for name in $(cut -d' ' -f1 "$root/tests/unit/LIST"); do
  code=$(cat "$work/$name.code" 2> /dev/null || echo 127)
  ok=$(number PASSED "$work/$name.out") bad=$(number FAILED "$work/$name.out") left=$(number SKIPPED "$work/$name.out")
  # Ended by a signal or a sanitizer, or without a test: that is a failure too.
  [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ $((ok + left)) -eq 0 ]; } && bad=1
  [ "$left" -gt 0 ] && sed -n "s/^\[  SKIPPED \] \([a-z].*\)/SKIP test_$name: \1/p" "$work/$name.out" | sort -u
  if [ "$bad" -gt 0 ]; then
    echo "FAIL test_$name (exit code $code)"
    grep -v -e '^\[ RUN' -e '^\[       OK' "$work/$name.out" | tail -n 60
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + left))
done
echo "unit: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
