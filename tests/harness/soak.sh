#!/bin/sh
# soak.sh HENG [SECONDS] [USERS]: USERS signed-in users (sessions put into the database) read pages for SECONDS while files are audited beside; the memory of the server is
# looked at all the while: below 300 MiB; in runs of five minutes and more, when caches are full, what it has in the last third may not be above that of the second by
# more than 5 %. No answer may be an error.
# shellcheck disable=SC2086,SC2154
set -u
heng=$(realpath "$1") seconds=${2:-20} users=${3:-1000} here=$(realpath "$(dirname "$0")/../..")
for tool in wrk curl sqlite3 sha256sum; do command -v $tool > /dev/null || { echo "soak: skipped (no $tool)"; exit 77; }; done
work=$(mktemp -d) || exit 2
server=
. "$here/tests/harness/web.sh"
trap '[ -n "$server" ] && kill $server 2> /dev/null; rm -rf "$work"' EXIT
server_start --sample --quiet || { echo "FAIL the server does not start"; exit 1; }
sign_in entry heng-Sample-2026 > /dev/null
org=$(get entry /audit/upload | grep -o '<option value="[0-9]*" selected' | grep -o '[0-9]*')
upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf" > /dev/null
now=$(date +%s)000
i=0
{
  echo "BEGIN;"
  while [ $i -lt "$users" ]; do
    i=$((i + 1))
    secret=$(printf '%064x' $((i * 7919 + 12345)))
    hash=$(printf 'session\0%s' "$secret" | sha256sum | cut -c1-64)
    echo "INSERT INTO heng_session (tenant, id, user_id, hash, created_at, seen_at, ends_at, peer, agent) SELECT 1, $i, id, '$hash', $now, $now, $now + 43200000, 'soak', 'soak' FROM heng_user WHERE login = (CASE $i % 3 WHEN 0 THEN 'review' WHEN 1 THEN 'reader' ELSE 'approve' END);"
    echo "1.$secret" >> "$work/cookies"
  done
  echo "COMMIT;"
} > "$work/sessions.sql"
sqlite3 -cmd '.timeout 10000' "$work/data/heng.db" < "$work/sessions.sql"
sleep 2
doc=$(get entry /audit | grep -o '/audit/documents/[0-9]*' | head -n 1)
cat > "$work/soak.lua" << END
local cookies = {}
for line in io.lines("$work/cookies") do cookies[#cookies + 1] = line end
local paths = { "/", "/audit", "$doc", "/audit/findings?state=open", "/search?q=%E5%90%88%E8%AE%A1", "/me", "/books", "/public/" }
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1], { ["Cookie"] = "heng_session=" .. cookies[(n * 31) % #cookies + 1] })
end
END
wrk -t1 -c64 -d"$seconds" -s "$work/soak.lua" --latency "$base" > "$work/wrk" 2>&1 &
load=$!
: > "$work/rss"
step=$((seconds / 30 + 1))
while kill -0 $load 2> /dev/null; do
  awk '/VmRSS/ { print $2 }' "/proc/$server/status" >> "$work/rss"
  { cat "$here/sample/with-errors/book.pdf"; date +%s%N; } > "$work/up.pdf"
  upload entry /audit/upload -F "org=$org" -F "files=@$work/up.pdf" > /dev/null
  sleep $step
done
wait $load
[ -n "${SOAK_RSS:-}" ] && cp "$work/rss" "$SOAK_RSS"
grep -E "Socket errors|Non-2xx" "$work/wrk"
requests=$(sed -n 's/^ *\([0-9]*\) requests in.*/\1/p' "$work/wrk")
errors=$(awk '/Non-2xx/ { n += $NF } /Socket errors/ { for (i = 4; i <= NF; i += 2) { gsub(",", "", $i); n += $i } } END { print n + 0 }' "$work/wrk")
growth=$(awk '{ v[NR] = $1 } END { a = int(NR / 3); for (i = a + 1; i <= 2 * a; i++) m += v[i]; for (i = 2 * a + 1; i <= NR; i++) l += v[i]; m /= a; l /= NR - 2 * a; printf "%.1f", (l - m) * 100 / m }' "$work/rss")
server_stop
code=$?
echo "soak: $users users, $seconds s, ${requests:-0} requests, $errors errors, p99 $(awk '/ 99%/ { print $2 }' "$work/wrk"), memory $(awk '{ if ($1 > m) m = $1 } END { printf "%.0f MiB at most", m / 1024 }' "$work/rss"), last third $growth % above the second"
well=0
most=$(sort -n "$work/rss" | tail -n 1)
flat=1
[ "$seconds" -lt 300 ] || flat=$(awk -v g="$growth" 'BEGIN { print g < 5 }')
[ "${requests:-0}" -gt 1000 ] && [ "$errors" -eq 0 ] && [ $code -eq 0 ] && [ "$most" -lt 307200 ] && [ "$flat" -eq 1 ] && well=1
echo "soak: $well passed, $((1 - well)) failed"
[ $well -eq 1 ]
