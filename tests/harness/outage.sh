#!/bin/sh
# outage.sh HENG: the disk is full (a small file system of its own, for root), and the database goes away and comes back (PostgreSQL): requests are refused meanwhile, with
# an answer and not with half a state; afterwards all goes on without a restart, and the audit log is whole.
# shellcheck disable=SC2086,SC2154
set -u
heng=$(realpath "$1") here=$(realpath "$(dirname "$0")/../..")
command -v curl > /dev/null || { echo "outage: skipped (no curl)"; exit 77; }
top=$(mktemp -d) || exit 2
chmod 711 "$top"
work=$top/w server=
mkdir "$work"
. "$here/tests/harness/web.sh"
. "$here/tests/harness/pg.sh"
mounted=
trap '[ -n "$server" ] && kill -9 $server 2> /dev/null; pg_stop; [ -n "$mounted" ] && umount "$work/data"; rm -rf "$top"' EXIT
passed=0 failed=0 skipped=0
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $1: $3 instead of $2"
  fi
}
# token NAME: a write; its status.
token() {
  curl -s -m 30 -b "$work/review.jar" -o /dev/null -w '%{http_code}' -d "csrf=$token" -d "name=$1" -d scopes=audit.read -d days=3 "$base/me/tokens"
}
there() { get review /me | grep -c ">$1<"; }

# ---- the disk is full ----
mkdir -m 700 "$work/data"
if mount -t tmpfs -o size=12m,mode=700 tmpfs "$work/data" 2> /dev/null; then
  mounted=1
  server_start --sample || { echo "FAIL the server does not start: $(tail -n 2 "$work/serve.err")"; exit 1; }
  sign_in review heng-Sample-2026 > /dev/null
  sign_in entry heng-Sample-2026 > /dev/null
  token=$(csrf review)
  check "a write before" 200 "$(token before)"
  dd if=/dev/zero of="$work/data/ballast" bs=64k > /dev/null 2>&1
  n=0 refused=0
  while [ $n -lt 40 ]; do
    n=$((n + 1))
    s=$(token full$n)
    case $s in 200) echo full$n >> "$work/acknowledged" ;; 500 | 503) refused=$((refused + 1)) ;; *) check "a full disk" "500 or 503" "$s" ;; esac
  done
  check "writes are refused when the disk is full" 1 "$([ $refused -gt 0 ] && echo 1)"
  check "reading goes on" 200 "$(get review /audit > /dev/null; cat "$work/status")"
  org=$(get entry /audit/upload | grep -o '<option value="[0-9]*" selected' | grep -o '[0-9]*')
  check "an upload is refused" 500 "$(upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf")"
  check "and leaves nothing" 0 "$(find "$work/data/tmp" -type f | wc -l)"
  rm "$work/data/ballast"
  check "a write afterwards, without a restart" 200 "$(token after)"
  check "an upload afterwards" 303 "$(upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf")"
  lost=0
  for name in before after $(cat "$work/acknowledged" 2> /dev/null); do [ "$(there $name)" -ge 1 ] || { lost=$((lost + 1)); echo "FAIL lost $name"; }; done
  check "no answered write lost" 0 $lost
  server_stop
  check "ends well" 0 $?
  "$heng" admin verify-log --db "sqlite:$work/data/heng.db" > "$work/x" 2>&1
  check "the log is whole" 0 $?
  "$heng" db verify --db "sqlite:$work/data/heng.db" > "$work/x" 2>&1
  check "the database is whole" 0 $?
  umount "$work/data" && mounted=
else
  echo "SKIP the full disk: no file system can be mounted here"
  skipped=$((skipped + 1))
fi

# ---- the database goes away ----
rm -rf "$work/data" "$work/acknowledged"
if pg_start "$top/pg"; then
  server_start --sample --db "$pg_address" || { echo "FAIL the server does not start: $(tail -n 2 "$work/serve.err")"; exit 1; }
  sign_in review heng-Sample-2026 > /dev/null
  token=$(csrf review)
  check "a write before" 200 "$(token before)"
  pg_stop
  s=$(token away)
  case $s in 500 | 503) check "a write while it is away" "$s" "$s" ;; *) check "a write while it is away" "500 or 503" "$s" ;; esac
  check "alive" 200 "$(get - /healthz > /dev/null; cat "$work/status")"
  check "not ready" 503 "$(get - /readyz > /dev/null; cat "$work/status")"
  check "style and script still come" 200 "$(get - /static/heng.css > /dev/null; cat "$work/status")"
  pg_as "$pg_bin/pg_ctl" -D "$pg/data" -w -l "$pg/server.log" -o "-p $pg_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$pg -c max_connections=200" start > /dev/null
  check "ready again, without a restart" 200 "$(get - /readyz > /dev/null; cat "$work/status")"
  check "a write afterwards" 200 "$(token after)"
  check "nothing of the one between" 0 "$(there away)"
  check "the first is there" 1 "$(there before)"
  server_stop
  check "ends well" 0 $?
  "$heng" admin verify-log --db "$pg_address" > "$work/x" 2>&1
  check "the log is whole" 0 $?
else
  echo "SKIP the database away: no PostgreSQL"
  skipped=$((skipped + 1))
fi
echo "outage: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
