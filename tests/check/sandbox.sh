#!/bin/sh
# sandbox.sh CONFINED: what a confined child can do, tried by a program in it (tests/tools/confined.c): each line "what: yes|no".
set -u
confined=$(realpath "$1")
passed=0 failed=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
mkdir "$work/scratch" "$work/other" && echo secret > "$work/other/secret" && echo given > "$work/given"
"$confined" "$work/scratch" "$work/given" "$work/other/secret" > "$work/said" 2>&1 || { cat "$work/said"; echo "sandbox: 0 passed, 1 failed"; exit 1; }
is() {
  got=$(sed -n "s/^$1: //p" "$work/said")
  if [ "$got" = "$2" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $1: ${got:-nothing} instead of $2"
  fi
}
is "reads what it was given" yes
is "writes its folder" yes
is "reads the system" yes
is "opens a socket to a network" no
is "opens a socket of IPv6" no
is "traces another process" no
is "makes a namespace" no
is "mounts" no
is "ended for memory" yes
is "ended for time" yes
is "ended for a signal" yes
if grep -q 'landlock: yes' "$work/said"; then
  is "reads another document" no
  is "writes elsewhere" no
  is "moves within its folder" yes
  is "moves a file in" no
else
  echo "SKIP Landlock: this kernel has none"
fi
echo "sandbox: $passed passed, $failed failed"
[ $failed -eq 0 ]
