#!/bin/sh
# failover.sh HENG: a PostgreSQL primary and its synchronous replica; the primary is killed while people write, the replica promoted: the server goes on with it
# by libpq's several hosts, and no write that was answered is lost.
# shellcheck disable=SC2086,SC2154
set -u
heng=$(realpath "$1") here=$(realpath "$(dirname "$0")/../..")
command -v curl > /dev/null || { echo "failover: skipped (no curl)"; exit 77; }
top=$(mktemp -d) || exit 2
chmod 711 "$top"
work=$top/w server=
mkdir "$work"
. "$here/tests/harness/web.sh"
. "$here/tests/harness/pg.sh"
trap '[ -n "$server" ] && kill -9 $server 2> /dev/null; pg_stop; [ -d "$top/replica" ] && pg_as "$pg_bin/pg_ctl" -D "$top/replica/data" -m immediate stop > /dev/null 2>&1; rm -rf "$top"' EXIT
pg_start "$top/pg" || { echo "failover: skipped (no PostgreSQL)"; exit 77; }
mkdir "$top/replica"
[ "$(id -u)" -ne 0 ] || chown postgres "$top/replica"
port2=$((pg_port + 1001))
pg_as "$pg_bin/pg_basebackup" -h "$pg" -p $pg_port -U heng -D "$top/replica/data" -R -c fast --no-sync > "$work/basebackup" 2>&1 || { cat "$work/basebackup"; exit 1; }
pg_as "$pg_bin/pg_ctl" -D "$top/replica/data" -w -l "$top/replica/log" -o "-p $port2 -c listen_addresses=127.0.0.1 -c unix_socket_directories=$top/replica -c max_connections=200" start > "$work/start" 2>&1 || { cat "$work/start"; cat "$top/replica/log"; exit 1; }
pg_as "$pg_bin/psql" -h "$pg" -p $pg_port -U heng -q -c "ALTER SYSTEM SET synchronous_standby_names = '*'" -c "SELECT pg_reload_conf()" heng > /dev/null
db="postgresql://heng@127.0.0.1:$pg_port,127.0.0.1:$port2/heng"
server_start --sample --db "$db" || { echo "FAIL the server does not start: $(tail -n 2 "$work/serve.err")"; exit 1; }
sign_in review heng-Sample-2026 > /dev/null
token=$(csrf review)
writer() {
  i=0
  while [ ! -e "$work/end" ]; do
    i=$((i + 1))
    s=$(curl -s -m 20 -b "$work/review.jar" -o /dev/null -w '%{http_code}' -d "csrf=$token" -d "name=w$1-$i" -d scopes=audit.read -d days=3 "$base/me/tokens")
    [ "$s" = 200 ] && echo "w$1-$i" >> "$work/acknowledged.$1"
    [ "$s" = 200 ] || sleep 0.1
  done
}
writer 1 & w1=$!
writer 2 & w2=$!
sleep 2
before=$(cat "$work"/acknowledged.* | wc -l)
kill -9 "$(head -n 1 "$pg/data/postmaster.pid")"
pg_as "$pg_bin/pg_ctl" -D "$top/replica/data" -w promote > /dev/null
pg_as "$pg_bin/psql" -h "$top/replica" -p $port2 -U heng -q -c "ALTER SYSTEM SET synchronous_standby_names = ''" -c "SELECT pg_reload_conf()" heng > /dev/null
sleep 5
touch "$work/end"
wait $w1 $w2
all=$(cat "$work"/acknowledged.* | wc -l)
pg_as "$pg_bin/psql" -h "$top/replica" -p $port2 -U heng -At -c "SELECT name FROM heng_token" heng > "$work/there"
lost=0
for name in $(cat "$work"/acknowledged.*); do grep -qx "$name" "$work/there" || { lost=$((lost + 1)); echo "FAIL lost $name"; }; done
"$heng" admin verify-log --db "$db" > "$work/x" 2>&1
whole=$?
cat "$work/x"
server_stop
echo "failover: $before writes answered before, $((all - before)) after, $lost lost, log $([ $whole -eq 0 ] && echo whole || echo broken)"
well=0
[ $lost -eq 0 ] && [ $whole -eq 0 ] && [ "$before" -gt 0 ] && [ $((all - before)) -gt 0 ] && well=1
echo "failover: $well passed, $((1 - well)) failed"
[ $well -eq 1 ]
