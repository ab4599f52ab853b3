#!/bin/sh
# run.sh PROGRAM FILE…: one allocation fails, for the first, second, … of every run: run.sh build/asan/tests/fault/heng_fault FILE…
# Each file is audited (text, and html into a file; with a check sheet and a roster) and read. Whichever allocation fails: no signal, no report of a sanitizer or leak; exit code 3
# with a message, or else everything exactly as without the failure. No half report is left, nor a
# temporary file. The first 100 allocations of a run are all
# tried, of the others about SAMPLE (default 100), evenly.
set -u
program=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
sample=${SAMPLE:-100}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# try N COMMAND…: runs with the N-th allocation refused; sets code. Outputs: out, errors, and what the command wrote into made/.
try() {
  n=$1
  shift
  rm -rf "$work/made"
  mkdir "$work/made"
  (cd "$work/made" && HENG_FAIL_AT=$n HENG_FAIL_COUNT=$work/count "$program" --lang en "$@") > "$work/out" 2> "$work/errors" < /dev/null
  code=$?
}

# same: is everything as it was without a failure? Processor times in reports differ, so they are blanked.
settle() {
  for f in "$work/out" "$work"/made/*; do
    [ -f "$f" ] && sed -E 's/[0-9.]+ (ms|s|seconds)\b/TIME/g' "$f"
  done
}

check() {
  try 0 "$@"
  expected=$code
  settle > "$work/expected"
  total=$(cat "$work/count")
  step=$(((total - 100) / sample + 1))
  n=1
  while [ "$n" -le "$total" ]; do
    try "$n" "$@"
    why=
    if [ "$code" -gt 3 ] || grep -q -e Sanitizer -e 'runtime error' "$work/errors"; then
      why="exit code $code: $(grep -m 1 -e Sanitizer -e 'runtime error' "$work/errors")"
    elif [ "$code" -eq 3 ]; then
      [ -s "$work/errors" ] || why="exit code 3 without a message"
      # A report may say that the file could not be read, but it is whole.
      [ ! -f "$work/made/report.html" ] || [ "$(tail -c 8 "$work/made/report.html")" = "</html>" ] || why="half a report is left"
    else
      settle > "$work/now"
      [ "$code" -eq "$expected" ] && cmp -s "$work/expected" "$work/now" || why="exit code $code, and the result differs: $(diff "$work/expected" "$work/now" | head -n 2 | tail -n 1)"
    fi
    if [ -z "$why" ]; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
      [ "$failed" -le 30 ] && echo "FAIL allocation $n of $total, heng $*: $why"
    fi
    if [ "$n" -lt 100 ]; then n=$((n + 1)); else n=$((n + step)); fi
  done
}

printf '%s\n' '单位名称,类型,年度,预算批复日期,预算公开日期' '武汉市示例局,部门,,2023-01-20,2023-02-15' > "$work/bodies.csv"
for file; do
  file=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
  check audit --quiet "$file"
  check audit --quiet --format html -o report.html "$file"
  check audit --quiet --sheet report.html --roster "$work/bodies.csv" "$file"
  check read "$file"
done
echo "fault: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
