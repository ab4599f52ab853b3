#!/bin/sh
# site.sh HENG: whether everybody can use the published page: the sample's, in headless Chromium at 1280 and 390 px (tests/site/site.mjs).
#   axe-core, light and dark: no violation; keyboard alone: every stop, in order, in sight, the skip link, the search; without JavaScript: the same text.
#   Broken copies of the page must be found. One line a check, "ok …" or "FAIL …"; exit code 1 when one fails, 77 without a browser or Node.
set -u
heng=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
if [ -z "$browser" ] || ! command -v node > /dev/null; then
  echo "site: skipped (chromium or nodejs is not installed)"
  exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
# What `npm ci` brings is kept beside the builds, under the sum of the lock file.
sum=$(sha256sum < "$here/tests/site/package-lock.json" | cut -c 1-16)
kept=$here/build/site-$sum
if [ ! -s "$kept/node_modules/axe-core/axe.min.js" ] && command -v npm > /dev/null; then
  mkdir -p "$kept"
  cp "$here/tests/site/package.json" "$here/tests/site/package-lock.json" "$kept"
  timeout 60 npm ci --prefix "$kept" --ignore-scripts --no-audit --no-fund > "$work/npm" 2>&1 || tail -n 3 "$work/npm"
fi
axe=$kept/node_modules/axe-core/axe.min.js
wide="axe:1280:light axe:1280:dark:some" narrow="axe:390:light:some axe:390:dark" skipped=0
[ -s "$axe" ] || {
  echo "SKIP axe-core: npm ci in tests/site did not bring it (no npm, or no network)"
  axe=- wide='' narrow='' skipped=1
}
look() {
  page=$1 profile=$work/profile-$2
  shift
  timeout 240 node "$here/tests/site/site.mjs" "$browser" "$profile" "$page" "$axe" "$@" || echo "FAIL the browser could not be asked"
}

"$heng" book publish "$here/sample/workspace" -o "$work/out" > "$work/said" || { cat "$work/said"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
# shellcheck disable=SC2086
{
  look "$work/out/index.html" plain search:1280 keyboard:1280 $wide > "$work/wide" 2>&1 &
  look "$work/out/index.html" search:390 keyboard:390 $narrow > "$work/narrow" 2>&1
  wait $!
}
cat "$work/wide" "$work/narrow" > "$work/told"

# With --lang en: another frame around the same book.
facts() { "$heng" read --facts "$1" | grep -v '^#' | cut -f 1,4,5,7,8 | sort; }
"$heng" book print --lang en "$here/sample/workspace" -o "$work/english.html" > /dev/null
look "$work/english.html" english >> "$work/told" 2>&1
facts "$work/out/index.html" > "$work/a"
facts "$work/english.html" > "$work/b"
if [ -s "$work/a" ] && cmp -s "$work/a" "$work/b"; then echo "ok English: the same book"; else echo "FAIL English: another book: $(diff "$work/a" "$work/b" | head -2 | tr '\n' ' ')"; fi >> "$work/told"

# Can they fail? One broken copy for each, and the words of the check that must find it.
broken() {
  words=$1 what=$2
  shift 2
  sed "$@" "$work/out/index.html" > "$work/broken.html"
  look "$work/broken.html" "$what" > "$work/found" 2>&1
  if ! cmp -s "$work/broken.html" "$work/out/index.html" && grep -q "^FAIL $words" "$work/found"; then
    echo "ok a page is found where it is broken: $words"
  else
    echo "FAIL a page broken here must be found: $words: $(tr '\n' ' ' < "$work/found" | head -c 300)"
  fi >> "$work/told"
}
[ $skipped -gt 0 ] || broken 'axe, 390' axe:390:dark:charts -e 's/--dim:#b5aea3/--dim:#55504a/'
broken 'keyboard, 1280 px: where one is' keyboard:1280 -e 's/:focus-visible{[^}]*}/:focus-visible{outline:0}/'
broken 'search, 1280 px: Escape' search:1280 -e "s/'Escape'/'Delete'/"
broken 'no JavaScript: the same text' plain -e 's,^</body>,<script>document.querySelector("main").append("只有脚本才写")</script></body>,'
cat "$work/told"
echo "$(grep -c '^ok' "$work/told") passed, $(grep -c '^FAIL' "$work/told") failed, $skipped skipped"
! grep -q '^FAIL' "$work/told"
