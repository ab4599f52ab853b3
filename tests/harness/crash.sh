#!/bin/sh
# crash.sh HENG [ROUNDS] [sqlite|postgresql]: kill -9 while people write. Each round four writers comment on a finding and a file is being audited; the server
# is killed at a random moment (on PostgreSQL, each third time the database too), started again, and every write that was answered must be there, the audit log whole.
# shellcheck disable=SC2086,SC2154
set -u
heng=$(realpath "$1") rounds=${2:-10} engine=${3:-sqlite} here=$(realpath "$(dirname "$0")/../..")
command -v curl > /dev/null || { echo "crash: skipped (no curl)"; exit 77; }
top=$(mktemp -d) || exit 2
chmod 711 "$top"
work=$top/w server=
mkdir "$work"
. "$here/tests/harness/web.sh"
. "$here/tests/harness/pg.sh"
trap '[ -n "$server" ] && kill -9 $server 2> /dev/null; pg_stop; rm -rf "$top"' EXIT
db=sqlite:$work/data/heng.db
if [ $engine = postgresql ]; then
  pg_start "$top/pg" || { echo "crash: skipped (no PostgreSQL)"; exit 77; }
  db=$pg_address
fi
start() {
  server_start --sample --db "$db" || { echo "FAIL round $round: the server does not start: $(tail -n 2 "$work/serve.err")"; return 1; }
}
round=0 lost=0 acknowledged=0 broken=0
start || exit 1
for who in entry review approve; do sign_in $who heng-Sample-2026 > /dev/null; done
org=$(get entry /audit/upload | grep -o '<option value="[0-9]*" selected' | grep -o '[0-9]*')
upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf" > /dev/null
batch=$(location)
n=0
while [ $n -lt 100 ] && ! get entry "$batch" | grep -q 审核完成; do n=$((n + 1)); sleep 0.2; done
doc=$(get entry "$batch" | grep -o '/audit/documents/[0-9]*' | head -n 1)
get entry "$doc" | grep -o '/audit/findings/[0-9]*' > "$work/findings"
form_token=$(csrf review)

# writer K: comments until it is told to end; what was answered 303 is noted.
writer() {
  i=0
  while [ ! -e "$work/end" ]; do
    i=$((i + 1))
    text=r$round-$1-$i
    finding=$(sed -n "$(((round + $1) % 18 + 1))p" "$work/findings")
    s=$(curl -s -m 5 -b "$work/review.jar" -o /dev/null -w '%{http_code}' -d "csrf=$form_token" -d "text=$text" "$base$finding/comment")
    [ "$s" = 303 ] && echo "$finding $text" >> "$work/acknowledged.$1"
  done
}
while [ $round -lt "$rounds" ]; do
  round=$((round + 1))
  rm -f "$work/end" "$work"/acknowledged.*
  writers=
  for k in 1 2 3 4; do
    writer $k &
    writers="$writers $!"
  done
  head -c $((1000 + round)) /dev/urandom > "$work/noise" && cat "$here/sample/with-errors/book.pdf" "$work/noise" > "$work/up.pdf"
  upload entry /audit/upload -F "org=$org" -F "files=@$work/up.pdf" > /dev/null 2>&1
  sleep "$(awk -v s=$round 'BEGIN { srand(s); printf "%.3f", 0.02 + rand() * 0.5 }')"
  kill -9 $server 2> /dev/null
  if [ $engine = postgresql ] && [ $((round % 3)) -eq 0 ]; then
    kill -9 "$(head -n 1 "$pg/data/postmaster.pid")" 2> /dev/null
    n=0 # its children end by themselves first
    while [ $n -lt 50 ] && ! pg_as "$pg_bin/pg_ctl" -D "$pg/data" -w -l "$pg/server.log" -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg" start > /dev/null 2>&1; do
      n=$((n + 1))
      sleep 0.2
    done
  fi
  touch "$work/end"
  wait $writers 2> /dev/null
  wait $server 2> /dev/null
  start || exit 1
  cat "$work"/acknowledged.* > "$work/acknowledged" 2> /dev/null
  : > "$work/there"
  for finding in $(cut -d' ' -f1 "$work/acknowledged" | sort -u); do get review "$finding" | grep -o 'r[0-9]*-[0-9]*-[0-9]*' >> "$work/there"; done
  while read -r finding text; do
    acknowledged=$((acknowledged + 1))
    grep -qx "$text" "$work/there" || { lost=$((lost + 1)); echo "FAIL round $round: lost $text"; }
  done < "$work/acknowledged"
  "$heng" admin verify-log --db "$db" > "$work/x" 2>&1 || { broken=$((broken + 1)); echo "FAIL round $round: $(cat "$work/x")"; }
done
# nothing stays half done: what was being audited is audited in the end
n=0
while [ $n -lt 150 ] && get entry '/audit?format=csv' | grep -q -e '等待' -e '审核中'; do n=$((n + 1)); sleep 0.5; done
half=$(get entry '/audit?format=csv' | grep -c -e '等待' -e '审核中')
server_stop
"$heng" db verify --db "$db" > "$work/x" 2>&1 || { broken=$((broken + 1)); cat "$work/x"; }
echo "crash, $engine: $rounds kills, $acknowledged writes answered, $lost lost, $broken times not whole, $half documents left half done"
well=0
[ $lost -eq 0 ] && [ $broken -eq 0 ] && [ "$half" -eq 0 ] && [ $acknowledged -gt 0 ] && well=1
echo "crash: $well passed, $((1 - well)) failed"
[ $well -eq 1 ]
