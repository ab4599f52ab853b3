#!/bin/sh
# platform.sh HENG [SHOTS]: the platform in a real Chromium (tests/site/platform.mjs): signing in, auditing, settling, axe-core on every page.
# SHOTS: a folder for pictures of all pages. HENG_TEST_DB: another database than SQLite.
# shellcheck disable=SC2086
set -u
heng=$(realpath "$1") here=$(realpath "$(dirname "$0")/../..") shots=${2:-}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ] || ! command -v node > /dev/null; then
  echo "platform: skipped (chromium or nodejs is not installed)"
  exit 77
fi
kept=$here/build/site
mkdir -p "$kept"
if [ ! -s "$kept/node_modules/axe-core/axe.min.js" ] && command -v npm > /dev/null; then
  cp "$here/tests/site/package.json" "$here/tests/site/package-lock.json" "$kept/" && (cd "$kept" && npm ci --silent --no-audit --no-fund > npm.log 2>&1)
fi
axe=$kept/node_modules/axe-core/axe.min.js skipped=0
[ -s "$axe" ] || {
  echo "SKIP axe-core: npm ci in tests/site did not bring it"
  axe=- skipped=1
}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
. "$here/tests/harness/web.sh"
"$heng" book publish "$here/sample/workspace" -o "$work/book" > /dev/null 2>&1 || { echo "FAIL no sample book"; exit 1; }
server_start --sample --sample-book "$work/book" ${HENG_TEST_DB:+--db "$HENG_TEST_DB"} || { echo "FAIL the server does not start"; exit 1; }
"$heng" portal enter "$work/book" --data "$work/data" --db "${HENG_TEST_DB:-sqlite:$work/data/heng.db}" --reason 更正一处 > /dev/null || echo "FAIL no correction entered"
timeout 400 node "$here/tests/site/platform.mjs" "$browser" "$work/profile" "$base" "$axe" "$here/sample/with-errors/book.pdf" $shots > "$work/said" 2>&1
server_stop || echo "FAIL the server did not end well: $(tail -n 3 "$work/serve.err")" >> "$work/said"
grep -v ' passed, ' "$work/said"
counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/said" | tail -n 1)
more=$(grep -c '^FAIL the server' "$work/said")
set -- $counts
echo "platform: ${1:-0} passed, $((${2:-1} + more)) failed, $skipped skipped"
[ "${2:-1}" -eq 0 ] && [ "$more" -eq 0 ]
