#!/bin/sh
# bench/serve.sh HENG [DOCUMENTS]: the platform under load on this machine: pages over a store of 10,000 documents, 200,000 findings and 5 million search pairs at 64
# connections, CPU a request beside nginx's static file in the same run, a slow page beside fast ones, 200 uploaded files beside the command line. Needs wrk, nginx, sqlite3.
# shellcheck disable=SC2034,SC2086,SC2154
set -u
heng=$(realpath "$1") many=${2:-10000} here=$(realpath "$(dirname "$0")/..")
for tool in wrk nginx sqlite3 curl; do command -v $tool > /dev/null || { echo "bench: $tool is not installed"; exit 77; }; done
work=$(mktemp -d) || exit 2
server=
nginx=
. "$here/tests/harness/web.sh"
trap '[ -n "$server" ] && kill $server 2> /dev/null; [ -n "$nginx" ] && kill $nginx 2> /dev/null; rm -rf "$work"' EXIT

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
# load NAME URL PROCESS… : p50, p99, requests a second, CPU microseconds a request of the processes.
load() {
  name=$1 url=$2
  shift 2
  before=0 after=0
  for p; do before=$((before + $(ticks $p))); done
  case $url in */login) mine_cookie=none=1 ;; *) mine_cookie=$cookie ;; esac # who is signed in is led on from there
  wrk -t1 -c64 -d5 --latency -H "Cookie: $mine_cookie" "$url" > "$work/wrk" 2>&1
  for p; do after=$((after + $(ticks $p))); done
  n=$(sed -n 's/^ *\([0-9]*\) requests in.*/\1/p' "$work/wrk")
  cpu=$(awk -v t=$((after - before)) -v n="$n" 'BEGIN { printf "%.0f", t * 10000 / n }')
  echo "$name: p50 $(awk '/ 50%/ { print $2 }' "$work/wrk"), p99 $(awk '/ 99%/ { print $2 }' "$work/wrk"), $(awk '/Requests\/sec/ { print $2 }' "$work/wrk")/s, CPU $cpu µs a request$(grep -q Non-2xx "$work/wrk" && grep Non-2xx "$work/wrk")"
}
# page NAME PATH: the page, and nginx with the same bytes as a file: CPU as a ratio.
page() {
  if [ "$2" = /login ]; then get - "$2"; else get review "$2"; fi > "$work/www/same.html"
  load "$1" "$base$2" $server
  mine=$cpu
  sleep 0.2
  load "  nginx, the same $(wc -c < "$work/www/same.html") bytes" "http://127.0.0.1:$port/same.html" $nginx $(pgrep -P $nginx)
  echo "  $(awk -v a="$mine" -v b="$cpu" 'BEGIN { printf "%.1f", a / b }') × the CPU of nginx with the same bytes, $(awk -v a="$mine" -v b="$base_cpu" 'BEGIN { printf "%.1f", a / b }') × with the sign-in page"
}
session() { awk '/heng_session/ { print "heng_session=" $7 }' "$work/$1.jar"; }

server_start --sample --quiet || exit 1
sign_in review heng-Sample-2026 > /dev/null
sign_in entry heng-Sample-2026 > /dev/null
cookie=$(session review)
org=$(get entry /audit/upload | grep -o '<option value="[0-9]*" selected' | grep -o '[0-9]*')
sqlite3 "$work/data/heng.db" << END
PRAGMA journal_mode = WAL;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $many)
INSERT INTO desk_document (tenant, id, batch, org_path, name, sha256, size, state, kind, body, year, pages, errors, warnings, infos, open, uploaded_by, uploaded_name, uploaded_at)
SELECT 1, i, 1, '/$org/', '部门预算' || i || '.pdf', printf('%064d', i), 1000, 'done', 'department-budget', '单位' || (i % 500), 2015 + i % 10, 40, i % 9, 3, 8, 20, 1, '录入', 1700000000000 + i FROM n;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $many * 20)
INSERT INTO desk_finding (tenant, id, document, number, finding, rule, severity, title, message, stated, expected, difference, unit, arithmetic, basis, sentence, page, places)
SELECT 1, i, (i - 1) / 20 + 1, (i - 1) % 20 + 1, 'f' || i, 'R-T' || (i % 30), CASE i % 5 WHEN 0 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END, '收入合计等于各项之和', '印为 1.00，应为 2.00', '1.00', '2.00', '1.00',
  '万元', '', '', '', i % 40 + 1, '[]' FROM n;
INSERT INTO desk_text SELECT 1, id, body || year || '收入合计等于各项之和一丁' FROM desk_document;
INSERT INTO desk_open VALUES (1, '/$org/', $many * 20);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $many * 500 - 1)
INSERT INTO desk_gram SELECT 1, char(19968 + (i * 7919) % 3000) || char(19968 + (i * 104729) % 500), i / 500 + 1 FROM n WHERE true ON CONFLICT DO NOTHING;
COMMIT;
ANALYZE;
END
echo "store: $(sqlite3 "$work/data/heng.db" "SELECT (SELECT count(*) FROM desk_document) || ' documents, ' || (SELECT count(*) FROM desk_finding) || ' findings, ' || (SELECT count(*) FROM desk_gram) || ' search pairs'"), $(du -m "$work/data/heng.db" | cut -f1) MB"

mkdir -p "$work/www" && get - /login > "$work/www/index.html"
port=$(awk 'BEGIN { srand(); print 21000 + int(rand() * 9000) }')
cat > "$work/nginx.conf" << END
daemon off; worker_processes 1; pid $work/nginx.pid; error_log /dev/null;
events { worker_connections 512; }
http { access_log off; client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work; uwsgi_temp_path $work; scgi_temp_path $work;
  server { listen 127.0.0.1:$port; root $work/www; } }
END
chmod 711 "$work" && chmod 755 "$work/www"
nginx -c "$work/nginx.conf" > /dev/null 2>&1 &
nginx=$!
sleep 1
load "nginx, a static file" "http://127.0.0.1:$port/index.html" $nginx $(pgrep -P $nginx)
base_cpu=$cpu
base_cpu=$cpu
page "the sign-in page" /login
page "home page" /
page documents /audit
page "a document" /audit/documents/77
page "findings, open" '/audit/findings?state=open'
page "a finding" /audit/findings/5
page search '/search?q=%E4%B8%80%E4%B8%81'

# slow handlers (signing in takes a quarter of a second of hashing) beside a fast page
slow=
for k in 1 2 3 4; do
  (n=0; while [ $n -lt 60 ]; do n=$((n + 1)); curl -s -o /dev/null -d login=reader -d password=heng-Sample-2026 "$base/login"; done) &
  slow="$slow $!"
done
load "a document, four people signing in all the while" "$base/audit/documents/77" $server
kill $slow 2> /dev/null

# 200 files uploaded, and the same by the command line
mkdir -p "$work/two"
i=0
while [ $i -lt 200 ]; do
  i=$((i + 1))
  cp "$here/sample/with-errors/book.pdf" "$work/two/$i.pdf" && printf '\n%% %d\n' $i >> "$work/two/$i.pdf"
done
start=$(date +%s%N)
"$heng" audit --quiet -j 2 --format json -o "$work/two.json" "$work/two" > /dev/null 2>&1
line=$(($(date +%s%N) - start))
set --
for f in "$work"/two/*.pdf; do set -- "$@" -F "files=@$f"; done
start=$(date +%s%N)
upload entry /audit/upload -F "org=$org" "$@" > /dev/null
batch=$(location)
sent=$(($(date +%s%N) - start))
until get entry "$batch" | grep -q 审核完成; do sleep 0.5; done # about as often as a browser asks; the time is the database's
web=$(($(sqlite3 "$work/data/heng.db" "SELECT max(audited_at) FROM desk_document") * 1000000 - start))
echo "200 files: command line -j 2 $((line / 1000000)) ms; uploaded in $((sent / 1000000)) ms, audited after $((web / 1000000)) ms: $(awk -v a=$line -v b=$web 'BEGIN { printf "%.2f", a / b }') × its speed"
echo "memory: $(awk '/VmHWM/ { print $2 / 1024 }' /proc/$server/status) MiB at most"
server_stop
