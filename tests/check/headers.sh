#!/bin/sh
# headers.sh [ROOT]: every file begins with a comment that names it and says what it is; every header has its own guard and compiles alone.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
errors=0 files=0
complain() {
  echo "$1"
  errors=$((errors + 1))
}
for file in $(find src tests fuzz tools -name '*.[ch]' | sort); do
  files=$((files + 1))
  name=$(basename "$file")
  head -n 1 "$file" | grep -qE "^/\* ([a-z_]+/)*${name}[^a-z]" || complain "$file:1: does not begin with \"/* $name: what it is\""
  case $file in
  *.h)
    awk '/^#ifndef HENG_[A-Z0-9_]+_H$/ { guard = $2 } $1 == "#define" && $2 == guard { ok = 1 } END { exit !ok }' "$file" ||
      complain "$file: has no guard HENG_…_H"
    ;;
  esac
done
includes=$(pkg-config --cflags libxml-2.0 pangocairo 2> /dev/null)
for file in $(find src -name '*.h' | sort); do
  # shellcheck disable=SC2086
  ${CC:-cc} -std=c17 -D_GNU_SOURCE -fsyntax-only -Isrc $includes -x c "$file" 2> /dev/null || complain "$file: does not compile alone"
done
echo "headers: $files files, $errors wrong"
[ "$errors" -eq 0 ] && [ "$files" -gt 0 ]
