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
made=$(mktemp -d) || exit 2
trap 'rm -rf "$made"' EXIT
if [ -f tools/mksql.c ]; then # NAME_sql.h of each sql/NAME.sql, as the build makes them
  ${CC:-cc} -std=c17 -D_GNU_SOURCE -o "$made/mksql" tools/mksql.c || complain "tools/mksql.c: does not compile"
  for file in $(find src -path '*/sql/*.sql' | sort); do
    name=$(basename "$file" .sql)
    "$made/mksql" "$name" "$made/${name}_sql.h" "$made/${name}_sql.c" "$file" || complain "$file: mksql refuses it"
  done
  includes="$includes -I$made"
fi
for file in $(find src -name '*.h' | sort); do
  # shellcheck disable=SC2086
  ${CC:-cc} -std=c17 -D_GNU_SOURCE -fsyntax-only -Isrc $includes -x c "$file" 2> /dev/null || complain "$file: does not compile alone"
done
echo "headers: $files files, $errors wrong"
[ "$errors" -eq 0 ] && [ "$files" -gt 0 ]
