#!/bin/bash
# watch.sh HENG: the live preview: a page that follows the files, faults on top of the last good page, hostile requests, its end; nothing written into
# the workspace. One line a check that fails; exit code 1 when one does. Bash for its /dev/tcp.
set -u
heng=$(realpath "$1")
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
pid='' stream=''
cleanup() {
  [ -n "$stream" ] && kill "$stream" 2> /dev/null
  [ -n "$pid" ] && kill -9 "$pid" 2> /dev/null
  rm -rf "$work"
}
trap cleanup EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAIL $2"; fi
}

# start OPTION…: the preview of $work/w; its words go to $work/said, its address to $port.
start() {
  : > "$work/said"
  "$heng" book watch "$work/w" "$@" > "$work/said" 2> "$work/err" &
  pid=$!
  port=''
  for _ in $(seq 100); do
    port=$(sed -n 's,.*http://127\.0\.0\.1:\([0-9]*\)/.*,\1,p' "$work/said")
    [ -n "$port" ] && grep -q ' ms$' "$work/said" && break
    sleep 0.1
  done
  [ -n "$port" ] && [ "$port" -gt 0 ]
  say $? "start: no address: $(cat "$work/said" "$work/err")"
}
# finish SIGNAL: it must end by itself, with exit code 0.
finish() {
  kill "-$1" "$pid"
  wait "$pid"
  code=$?
  pid=''
  [ $code -eq 0 ] && [ ! -s "$work/err" ]
  say $? "SIG$1: exit code $code $(head -n 20 "$work/err")"
}
# send TEXT: the answer to these bytes (printf's escapes), in $work/answer. The connection is closed by the server alone.
send() {
  : > "$work/answer"
  exec 3<> "/dev/tcp/127.0.0.1/$port" || return 1
  # shellcheck disable=SC2059
  printf "$1" >&3
  timeout 20 cat <&3 > "$work/answer"
  exec 3>&-
}
page() { send 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'; }
state() { sed -n 's/.*data-state="\([^"]*\)".*/\1/p' "$work/answer"; }
# until_page PATTERN WHAT: the page comes to hold it.
until_page() {
  for _ in $(seq 100); do
    page
    grep -q -e "$1" "$work/answer" && break
    sleep 0.05
  done
  grep -q -e "$1" "$work/answer"
  say $? "$2: the page never had $1"
}
# status NUMBER WHAT BYTES
status() {
  send "$3"
  [ "$(head -c 12 "$work/answer")" = "HTTP/1.1 $1" ]
  say $? "$2: wanted $1, got $(head -n 1 "$work/answer")"
}

cp -r "$here/sample/workspace" "$work/w"
start --port 0
page
head -n 1 "$work/answer" | grep -q '^HTTP/1.1 200' && grep -q 'id="T5-1"' "$work/answer" && grep -q 'id="heng-watch" class="good"' "$work/answer"
say $? "the page: $(head -n 1 "$work/answer")"
for head in 'Content-Security-Policy: default-src .none.' 'X-Content-Type-Options: nosniff' 'Cache-Control: no-store' 'X-Frame-Options: DENY' \
  'Content-Type: text/html; charset=utf-8'; do
  grep -q "^$head" "$work/answer"
  say $? "no header $head"
done
grep -q '<noscript><meta http-equiv="refresh"' "$work/answer"
say $? "without JavaScript nothing follows"
# Listening on this computer only: the socket's address is 127.0.0.1 (bytes in the machine's order), and no other.
hex=$(printf ':%04X 0*:0000 0A' "$port")
[ "$(cat /proc/net/tcp /proc/net/tcp6 2> /dev/null | grep -c "$hex")" = 1 ] && grep -q "0100007F$hex" /proc/net/tcp
say $? "listens on other addresses than 127.0.0.1"

# A change: the page, the stream of events and the terminal follow.
(
  exec 4<> "/dev/tcp/127.0.0.1/$port" && printf 'GET /events HTTP/1.1\r\nHost: localhost:%s\r\n\r\n' "$port" >&4 && exec cat <&4
) > "$work/events" 2> /dev/null &
stream=$!
before=$(state)
sed 's/,2500000\.00,/,2500001.00,/' "$here/sample/workspace/project-details.csv" > "$work/w/project-details.csv"
until_page 'W-DETAILS' "an error in the details"
grep -q '<code>projects.csv:3:1</code>' "$work/answer" && grep -q 'id="heng-watch" class="bad"' "$work/answer"
say $? "the panel has no place of the error"
grep -q '改明细' "$work/answer"
say $? "the panel has no remedy"
grep -Eq '^[0-9:]{8}  project-details.csv  错误 1，警告 [0-9]+，提示 [0-9]+，待补 [0-9]+  [0-9]+ ms$' "$work/said"
say $? "the terminal's line: $(tail -n 1 "$work/said")"
[ "$(state)" != "$before" ] && grep -q "^data: $before" "$work/events" && grep -q "^data: $(state)" "$work/events"
say $? "events: $(tr -d '\r\n' < "$work/events" | tail -c 200)"

sed 3d "$here/sample/workspace/causes.csv" > "$work/w/causes.csv"
until_page '待补 1<' "a cause taken away"
grep -q '<code>2080506</code>' "$work/answer"
say $? "what ask misses is not in the panel"

# A workspace that does not load: the last good page stays under the fault.
mv "$work/w/datapackage.json" "$work/kept.json"
until_page 'class="fault"' "a workspace that does not load"
grep -q 'datapackage.json' "$work/answer" && grep -q 'id="T5-1"' "$work/answer" && grep -q '2023年部门预算' "$work/answer"
say $? "the last good page is not under the fault"
echo '{"heng": {' > "$work/w/datapackage.json"
until_page '<code>[^<]*datapackage.json:[0-9]*</code>' "a fault with its place"
mv "$work/w" "$work/away" && sleep 0.3 && mkdir "$work/w" && cp -r "$here/sample/workspace/." "$work/w"
until_page 'id="heng-watch" class="good"' "a folder that was replaced"
echo '新增一段说明。' >> "$work/w/texts/part1-duties.md"
until_page '新增一段说明' "a text"
cp "$here/sample/workspace/texts/part1-duties.md" "$work/w/texts/part1-duties.md"
lines=$(wc -l < "$work/said")
for _ in $(seq 40); do
  touch "$work/w/income.csv" "$work/w/units.csv"
  sleep 0.01
done
sleep 1.5
[ $(($(wc -l < "$work/said") - lines)) -le 5 ] && tail -n 1 "$work/said" | grep -q 'income.csv、.*units.csv'
say $? "80 saves in half a second: $(($(wc -l < "$work/said") - lines)) times derived"

# Hostile requests.
host='Host: 127.0.0.1\r\n'
status 405 "POST" "POST / HTTP/1.1\r\n$host\r\n"
status 405 "a method of its own" "BREW / HTTP/1.1\r\n$host\r\n"
status 404 "traversal" "GET /../../../../etc/passwd HTTP/1.1\r\n$host\r\n"
status 404 "traversal, encoded" "GET /%%2e%%2e%%2f%%2e%%2e%%2fetc%%2fpasswd HTTP/1.1\r\n$host\r\n"
status 404 "a file of the workspace" "GET /budget-lines.csv HTTP/1.1\r\n$host\r\n"
status 404 "a download" "GET /book.pdf HTTP/1.1\r\n$host\r\n"
status 421 "another host" "GET / HTTP/1.1\r\nHost: evil.example:$port\r\n\r\n"
status 421 "a host that begins like ours" "GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n"
status 400 "no host" "GET / HTTP/1.1\r\n\r\n"
status 400 "two hosts" "GET / HTTP/1.1\r\n$host$host\r\n"
status 400 "a null byte" "GET /\0 HTTP/1.1\r\n$host\r\n"
status 400 "a body" "GET / HTTP/1.1\r\n${host}Content-Length: 3\r\n\r\nabc"
status 400 "chunks" "GET / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
status 400 "bare line ends" "GET / HTTP/1.1\nHost: 127.0.0.1\n\n"
status 400 "a proxy's request" "GET http://127.0.0.1/ HTTP/1.1\r\n$host\r\n"
status 400 "TLS" '\026\003\001\000\245\001'
status 505 "HTTP/2" "PRI * HTTP/2.0\r\n\r\n"
long=$(head -c 9000 /dev/zero | tr '\0' a)
status 414 "a long target" "GET /$long HTTP/1.1\r\n$host\r\n"
status 431 "a long head" "GET / HTTP/1.1\r\n${host}X: $long\r\n\r\n"
status 200 "two requests in one" "GET / HTTP/1.1\r\n$host\r\nGET /none HTTP/1.1\r\n$host\r\n"
[ "$(grep -ac '^HTTP/1.1' "$work/answer")" = 1 ]
say $? "two requests in one: more than one answer"
status 200 "HEAD" "HEAD / HTTP/1.1\r\n$host\r\n"
! grep -q '<html' "$work/answer"
say $? "HEAD has a body"
# Half a request in every place, then gone: the next is answered.
broken=()
for _ in $(seq 40); do
  (exec 3<> "/dev/tcp/127.0.0.1/$port" && printf 'GET / HT' >&3) 2> /dev/null &
  broken+=($!)
done
wait "${broken[@]}"
status 200 "after forty that broke off" "GET / HTTP/1.1\r\n$host\r\n"

# Another on the same port, wrong words, no folder.
"$heng" book watch "$work/w" --port "$port" > /dev/null 2> "$work/told"
[ $? -eq 3 ] && grep -q -e '--port 0' "$work/told"
say $? "a port that is taken: $(cat "$work/told")"
"$heng" book watch "$work/w" --port 65536 > /dev/null 2>&1
[ $? -eq 2 ]
say $? "a port that is none"
"$heng" book watch "$work/none" --port 0 > /dev/null 2>&1
[ $? -eq 3 ]
say $? "a folder that is not there"
finish TERM
wait "$stream" 2> /dev/null
stream=''
diff -r "$here/sample/workspace" "$work/w" > "$work/diff" && [ -z "$(find "$work/w" -name '.*' -print)" ]
say $? "the preview wrote into the workspace: $(cat "$work/diff")"

# Without notices from the system; a workspace that is none at first; the end in the midst of deriving.
rm "$work/w/datapackage.json"
start --port 0 --poll
until_page 'class="fault"' "no workspace at first"
cp "$here/sample/workspace/datapackage.json" "$work/w/datapackage.json"
until_page 'id="T5-1"' "without notices"
touch "$work/w/income.csv"
finish INT

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
