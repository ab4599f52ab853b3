#!/bin/sh
# mksql.sh MKSQL: what the lint of the SQL must refuse, and what it must take. Last line "mksql: N passed, N failed".
# shellcheck disable=SC2016
set -u
mksql=$(realpath "$1") work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# says NAME WORDS: x.sql is linted; WORDS must be in what is said ("ok": nothing is said).
says() {
  said=$("$mksql" --lint "$work/x.sql" 2>&1)
  rc=$?
  case "$2:$rc" in
    ok:0) passed=$((passed + 1)) ;;
    ok:*) echo "FAIL $1: refused: $said" && failed=$((failed + 1)) ;;
    *:1) case $said in
      *"x.sql:"*"$2"*) passed=$((passed + 1)) ;;
      *) echo "FAIL $1: said: $said" && failed=$((failed + 1)) ;;
    esac ;;
    *) echo "FAIL $1: taken" && failed=$((failed + 1)) ;;
  esac
}
query() { # NAME WORDS PARAMS SQL
  printf -- '-- name: q\n-- params:%s\n%s\n' "$3" "$4" > "$work/x.sql"
  says "$1" "$2"
}
table() { # NAME WORDS SQL
  printf -- '-- migration: 1 a\n%s\n' "$3" > "$work/x.sql"
  says "$1" "$2"
}
query "a plain query" ok " tenant, id" 'SELECT a FROM t WHERE tenant = $1 AND id = $2'
query "a join" ok " tenant" 'SELECT a FROM t x JOIN u y ON y.tenant = x.tenant AND y.id = x.u WHERE x.tenant = $1'
query "a sum" ok " tenant" 'SELECT CAST(COALESCE(sum(a), 0) AS BIGINT) FROM t WHERE tenant = $1'
query "an upsert" ok " tenant, id, n" 'INSERT INTO t (tenant, id, n) VALUES ($1, $2, $3) ON CONFLICT (tenant, id) DO UPDATE SET n = $3'
query "a banned word in a text" ok " tenant" "SELECT 'now like this' FROM t WHERE tenant = \$1"
query "no tenant" "not narrowed" " id" 'SELECT a FROM t WHERE id = $1'
query "the tenant only shown" "not narrowed" " id" 'SELECT tenant FROM t WHERE id = $1'
query "a join of all tenants" "not narrowed" " tenant" 'SELECT a FROM t x JOIN u y ON y.id = x.u WHERE x.tenant = $1'
query "a subquery of all tenants" "not narrowed" " tenant" 'SELECT a FROM t WHERE tenant = $1 AND id IN (SELECT t FROM u)'
query "an update of all tenants" "not narrowed" " id" 'UPDATE t SET a = 1 WHERE id = $1'
query "a deletion of all tenants" "not narrowed" " id" 'DELETE FROM t WHERE id = $1'
query "a comma between tables" "JOIN" " tenant" 'SELECT a FROM t x, u y WHERE x.tenant = $1 AND y.tenant = $1'
query "an insert without columns" "the tenant first" " tenant" 'INSERT INTO t VALUES ($1)'
query "an insert, tenant last" "the tenant first" " id, tenant" 'INSERT INTO t (id, tenant) VALUES ($1, $2)'
query "a conflict of another key" "a conflict" " tenant, id" 'INSERT INTO t (tenant, id) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING'
query "two sums, one bare" "sum()" " tenant" 'SELECT CAST(sum(a) AS BIGINT), sum(b) FROM t WHERE tenant = $1'
query "two statements" "one statement" " tenant" 'DELETE FROM t WHERE tenant = $1; DELETE FROM u WHERE tenant = $1'
query "a comment within" "a comment" " tenant" 'SELECT a /* b */ FROM t WHERE tenant = $1'
query "a quoted name" "quoted names" " tenant" 'SELECT "a" FROM t WHERE tenant = $1'
query "a quote without an end" "a quote" " tenant" "SELECT 'a FROM t WHERE tenant = \$1"
query "a parameter left out" "is not used" " tenant, a, b" 'SELECT a FROM t WHERE tenant = $1 AND b = $3'
query "a parameter without a name" "without a name" " tenant" 'SELECT a FROM t WHERE tenant = $1 AND b = $2'
query "OFFSET" "OFFSET" " tenant" 'SELECT a FROM t WHERE tenant = $1 ORDER BY a LIMIT 5 OFFSET 9'
query "an engine's word" "only in -- pg:" " tenant" 'SELECT a FROM t WHERE tenant = $1 FOR UPDATE'
query "an engine's function" "IFNULL" " tenant" 'SELECT ifnull(a, 0) FROM t WHERE tenant = $1'
table "a table" ok 'CREATE TABLE t (tenant BIGINT NOT NULL, id BIGINT NOT NULL, PRIMARY KEY (tenant, id));'
table "a key without tenant" "primary key" 'CREATE TABLE t (id BIGINT NOT NULL, PRIMARY KEY (id));'
table "a key in the column" "primary key" 'CREATE TABLE t (tenant BIGINT NOT NULL, id BIGINT PRIMARY KEY);'
table "a unique column" "unique key" 'CREATE TABLE t (tenant BIGINT NOT NULL, id BIGINT UNIQUE, PRIMARY KEY (tenant, id));'
table "a unique index" "unique key" 'CREATE UNIQUE INDEX i ON t (a, tenant);'
table "a reference of one column" "a reference" 'CREATE TABLE t (tenant BIGINT NOT NULL, u BIGINT REFERENCES u (id), PRIMARY KEY (tenant, u));'
table "a type of one engine" "INTEGER" 'CREATE TABLE t (tenant INTEGER NOT NULL, PRIMARY KEY (tenant));'
printf -- '-- name: q\n-- across tenants: the reason\n-- params:\nSELECT a FROM t WHERE b = 1\n' > "$work/x.sql"
says "a reason" ok
printf -- '-- name: q\n-- params: tenant, b\nSELECT a FROM t WHERE tenant = $1 AND b = $2\n-- pg:\nSELECT a FROM t WHERE tenant = $1\n' > "$work/x.sql"
says "two texts" "same parameters"
echo "mksql: $passed passed, $failed failed"
[ $failed -eq 0 ]
