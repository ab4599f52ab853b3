# shellcheck shell=sh disable=SC2034
# pg.sh: a PostgreSQL of one's own for a test, which sources it: in a folder, on a Unix socket and a loopback port, by the user postgres when root. POSIX sh.
# pg_start FOLDER: sets pg (the folder), pg_port, pg_address; 1 when there is no PostgreSQL here. pg_stop: ends it.

pg_as() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

pg_start() {
  pg=$1
  pg_bin=$(find /usr/lib/postgresql -path '*/bin/initdb' 2> /dev/null | sort -V | tail -n 1)
  [ -n "$pg_bin" ] || return 1
  pg_bin=$(dirname "$pg_bin")
  mkdir -p "$pg"
  [ "$(id -u)" -ne 0 ] || chown postgres "$pg"
  chmod 711 "$(dirname "$pg")"
  pg_as "$pg_bin/initdb" -D "$pg/data" -A trust -U heng --no-sync --locale=C.UTF-8 > "$pg.log" 2>&1 || return 1
  pg_tries=0
  pg_port=$((20000 + $$ % 9000))
  until pg_as "$pg_bin/pg_ctl" -D "$pg/data" -w -l "$pg/server.log" -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg -c max_connections=200 ${PG_OPTIONS:-}" start >> "$pg.log" 2>&1; do
    pg_tries=$((pg_tries + 1)) # somebody else's port
    [ $pg_tries -lt 10 ] || return 1
    pg_port=$((pg_port + 97))
  done
  pg_as "$pg_bin/createdb" -h "$pg" -p "$pg_port" -U heng heng >> "$pg.log" 2>&1 || return 1
  pg_address="postgresql://heng@127.0.0.1:$pg_port/heng"
}

# pg_database NAME: a fresh one; its address on standard output.
pg_database() {
  pg_as "$pg_bin/dropdb" --if-exists --force -h "$pg" -p "$pg_port" -U heng "$1" > /dev/null 2>&1
  pg_as "$pg_bin/createdb" -h "$pg" -p "$pg_port" -U heng "$1" && echo "postgresql://heng@127.0.0.1:$pg_port/$1"
}

pg_stop() {
  [ -n "${pg:-}" ] && pg_as "$pg_bin/pg_ctl" -D "$pg/data" -m immediate stop > /dev/null 2>&1
}
