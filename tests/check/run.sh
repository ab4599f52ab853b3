#!/bin/sh
# run.sh: the first command in the background: book and reports are there, the platform answers, and it ends when told.
set -u
cd "$(dirname "$0")/../.." || exit 2
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
passed=0 failed=0
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $1: $3 instead of $2"
  fi
}
rm -rf out/platform
./run --listen 127.0.0.1:0 > "$log" 2>&1 &
process=$!
n=0 base=
while [ $n -lt 3000 ] && [ -z "$base" ] && kill -0 $process 2> /dev/null; do
  base=$(sed -n 's,.*\(http://127.0.0.1:[0-9]*\).*,\1,p' "$log" | tail -n 1)
  n=$((n + 1))
  sleep 0.2
done
if [ -z "$base" ]; then
  tail -n 20 "$log"
  echo "run: 0 passed, 1 failed"
  exit 1
fi
check "the book" 0 "$([ -s out/book/book.pdf ] && [ -s out/book/index.html ]; echo $?)"
check "the report" 0 "$([ -s out/planted.html ]; echo $?)"
check "errors found in the copy" 1 "$(grep -c '8 errors' "$log")"
check "accounts told" 1 "$(grep -c 'heng-Sample-2026' "$log")"
check "it answers" ready "$(curl -s "$base/readyz")"
check "the sample book is public" 200 "$(curl -s -o /dev/null -w '%{http_code}' "$base/public/wuhan-jrj-2023/")"
check "an account signs in" 303 "$(curl -s -o /dev/null -w '%{http_code}' -d login=entry -d password=heng-Sample-2026 "$base/login")"
kill -TERM $process
wait $process
check "it ends well" 0 $?
echo "run: $passed passed, $failed failed"
[ $failed -eq 0 ]
