#!/bin/sh
# platform.sh HENG [SHOTS]: the platform in a real Chromium (tests/site/platform.mjs): signing in, auditing, settling, axe-core on every page.
# On SQLite, then on PostgreSQL where it is installed. SHOTS: a folder for pictures of all pages.
# shellcheck disable=SC2046,SC2086
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
top=$(mktemp -d) || exit 2
chmod 711 "$top"
passed=0 failed=0
. "$here/tests/harness/web.sh"
. "$here/tests/harness/pg.sh"
trap '[ -n "${server:-}" ] && kill $server 2> /dev/null; pg_stop; rm -rf "$top"' EXIT
"$heng" book publish "$here/sample/workspace" -o "$top/book" > /dev/null 2>&1 || { echo "FAIL no sample book"; exit 1; }

# on ENGINE ADDRESS SHOTS: the whole round on one database.
on() {
  work=$top/$1 engine=$1 address=$2 pictures=$3
  mkdir -p "$work" && mkdir -m 700 "$work/data"
  server_start --sample --sample-book "$top/book" --db "$address" || { echo "FAIL $engine: the server does not start"; failed=$((failed + 1)); return; }
  "$heng" portal enter "$top/book" --data "$work/data" --db "$address" --reason 更正一处 > /dev/null || { echo "FAIL $engine: no correction entered"; failed=$((failed + 1)); }
  timeout 400 node "$here/tests/site/platform.mjs" "$browser" "$work/profile" "$base" "$axe" "$here/sample/with-errors/book.pdf" $pictures > "$work/said" 2>&1
  server_stop || { echo "FAIL $engine: the server did not end well: $(tail -n 3 "$work/serve.err")"; failed=$((failed + 1)); }
  server=
  grep -v ' passed, ' "$work/said" | sed "s/^FAIL/FAIL $engine:/"
  set -- $(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$work/said" | tail -n 1)
  passed=$((passed + ${1:-0})) failed=$((failed + ${2:-1}))
}
on sqlite "sqlite:$top/sqlite/data/heng.db" "$shots"
if pg_start "$top/pg"; then
  on postgresql "$pg_address" ""
else
  echo "SKIP PostgreSQL: not installed"
  skipped=$((skipped + 1))
fi
echo "platform: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
