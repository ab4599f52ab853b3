#!/bin/sh
# replay.sh FOLDER: every file of fuzz/corpus and fuzz/regress through its target, as built in FOLDER: no crash, no leak, nothing slow.
set -u
folder=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
passed=0 failed=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
fail() {
  echo "FAIL fuzz_$target: $1"
  failed=$((failed + 1))
}
for target in $(cut -d' ' -f1 "$root/fuzz/LIST"); do
  find "$root/fuzz/corpus/$target" "$root/fuzz/regress/$target" -type f 2> /dev/null | sort > "$work/files"
  if [ ! -s "$work/files" ]; then
    fail "no seeds in fuzz/corpus/$target"
    continue
  fi
  # shellcheck disable=SC2046
  timeout 20 "$folder/fuzz/fuzz_$target" -timeout=5 -rss_limit_mb=1024 -artifact_prefix="$work/" $(cat "$work/files") > "$work/out" 2>&1
  code=$?
  if [ $code -eq 0 ]; then
    passed=$((passed + 1))
  else
    fail "exit code $code after: $(grep '^Running:' "$work/out" | tail -n 1)"
    tail -n 40 "$work/out"
  fi
done
for folder in "$root"/fuzz/corpus/* "$root"/fuzz/regress/*; do
  target=$(basename "$folder")
  [ -d "$folder" ] && ! cut -d' ' -f1 "$root/fuzz/LIST" | grep -qx "$target" && fail "has files in $folder, but is not in fuzz/LIST"
done
echo "replay: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
