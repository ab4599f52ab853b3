#!/bin/sh
# oidc.sh HENG: sign-in by another's word, against a real provider (glewlwyd) on this machine: an identity bound by its owner, signing in with it, and what is refused.
# shellcheck disable=SC2086,SC2154
set -u
heng=$(realpath "$1") here=$(realpath "$(dirname "$0")/../..")
schema=/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3
for tool in glewlwyd sqlite3 curl; do command -v $tool > /dev/null || { echo "oidc: skipped (no $tool)"; exit 77; }; done
work=$(mktemp -d) || exit 2
server=
provider=
. "$here/tests/harness/web.sh"
trap '[ -n "$server" ] && kill $server 2> /dev/null; [ -n "$provider" ] && kill $provider 2> /dev/null; rm -rf "$work"' EXIT
passed=0 failed=0
is() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $1: $3 instead of $2"
  fi
}
port=$((30000 + $$ % 5000)) ours=$((36000 + $$ % 5000))
issuer=http://127.0.0.1:$port/api/oidc
sqlite3 "$work/g.db" < $schema
cat > "$work/g.conf" << END
port=$port
bind_address="127.0.0.1"
external_url="http://127.0.0.1:$port"
api_prefix="api"
log_mode="file"
log_level="WARNING"
log_file="$work/g.log"
static_files_path="/usr/share/glewlwyd/webapp"
cookie_domain="127.0.0.1"
cookie_secure=false
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
login_url="login.html"
database = { type = "sqlite3"; path = "$work/g.db"; };
END
glewlwyd --config-file="$work/g.conf" > "$work/g.out" 2>&1 &
provider=$!
# api WHO METHOD PATH BODY: the status.
api() {
  curl -s -b "$work/g.$1.jar" -c "$work/g.$1.jar" -H 'Content-Type: application/json' -o "$work/g.said" -w '%{http_code}' -X "$2" -d "$4" "http://127.0.0.1:$port/api/$3"
}
n=0
until [ "$(api admin POST auth/ '{"username":"admin","password":"password"}')" = 200 ] || [ $n -gt 50 ]; do n=$((n + 1)); sleep 0.2; done
is "the provider has its plugin" 200 "$(api admin POST mod/plugin/ '{"module":"oidc","name":"oidc","display_name":"oidc","parameters":{"iss":"'$issuer'","jwt-type":"sha","jwt-key-size":"256","key":"a-key-of-the-test-0123456789abcdef","access-token-duration":3600,"refresh-token-duration":7200,"code-duration":600,"refresh-token-rolling":true,"allow-non-oidc":true,"auth-type-code-enabled":true,"auth-type-token-enabled":false,"auth-type-id-token-enabled":true,"auth-type-none-enabled":false,"auth-type-password-enabled":false,"auth-type-client-enabled":false,"auth-type-device-enabled":false,"auth-type-refresh-enabled":true,"pkce-allowed":true,"pkce-method-plain-allowed":false,"subject-type":"public","allowed-scope":["openid"]}}')"
is "a client" 200 "$(api admin POST client/ '{"client_id":"heng","name":"heng","password":"client-secret-1","confidential":true,"enabled":true,"authorization_type":["code","id_token"],"token_endpoint_auth_method":["client_secret_basic"],"redirect_uri":["http://127.0.0.1:'$ours'/login/oidc/callback"],"scope":["openid"]}')"
for who in li wang; do
  is "a user" 200 "$(api admin POST user/ '{"username":"'$who'","name":"'$who'","password":"Password-of-the-provider","enabled":true,"scope":["openid","g_profile"]}')"
  is "who signs in there" 200 "$(api $who POST auth/ '{"username":"'$who'","password":"Password-of-the-provider"}')"
  is "and grants" 200 "$(api $who PUT auth/grant/heng/ '{"scope":"openid"}')"
done

HENG_OIDC_SECRET=client-secret-1
export HENG_OIDC_SECRET
server_start --sample --quiet --listen 127.0.0.1:$ours --site http://127.0.0.1:$ours --oidc-issuer "$issuer" --oidc-client heng || { echo "FAIL the server does not start"; exit 1; }
# away BROWSER: begins at ours; the provider's answer for USER in $back.
away() {
  get "$1" /login/oidc > /dev/null
  to=$(location)
  back=$(curl -s -o /dev/null -w '%{redirect_url}' -b "$work/g.$2.jar" -c "$work/g.$2.jar" "$to&g_continue=")
  back=${back#http://127.0.0.1:"$ours"}
}
sign_in review heng-Sample-2026 > /dev/null
is "the sign-in page offers it" 1 "$(get - /login | grep -c 'href="/login/oidc"')"
away review li
is "to the provider, with PKCE" 1 "$(echo "$to" | grep -c "^$issuer/auth?response_type=code.*code_challenge_method=S256")"
is "and back" 1 "$(echo "$back" | grep -c '^/login/oidc/callback?.*code=')"
get review "$back" > /dev/null
is "bound" "303 /me?done=1" "$(cat "$work/status") $(location)"
get review "$back" > /dev/null
is "an answer serves once" 400 "$(cat "$work/status")"
away fresh li
get fresh "$back" > /dev/null
is "signs in" "303 /" "$(cat "$work/status") $(location)"
is "as the one it is bound to" 1 "$(get fresh /me | grep -c '<dd>review</dd>')"
away other wang
get other "$back" > /dev/null
is "an identity that nobody bound" 400 "$(cat "$work/status")"
is "is nobody" 303 "$(get other /me > /dev/null; cat "$work/status")"
away other li
get other "$(echo "$back" | sed 's/state=[0-9a-f]*/state=00000000000000000000000000000000/')" > /dev/null
is "another's state" 400 "$(cat "$work/status")"
away other li
rm -f "$work/other.jar"
get other "$back" > /dev/null
is "another's browser" 400 "$(cat "$work/status")"
away other li
get other "$(echo "$back" | sed 's/code=[^&]*/code=invented/')" > /dev/null
is "an invented code" 400 "$(cat "$work/status")"
sign_in approve heng-Sample-2026 > /dev/null
away approve li
get approve "$back" > /dev/null
is "one identity, one account" 409 "$(cat "$work/status")"
sign_in auditor heng-Sample-2026 > /dev/null
get auditor /log > "$work/log"
is "in the audit log" 1 "$(grep -q 'login.oidc' "$work/log" && grep -q 'oidc.bind' "$work/log" && echo 1)"
kill $provider
wait $provider 2> /dev/null
provider=
is "the password still works without the provider" 303 "$(sign_in reader heng-Sample-2026)"
server_stop
is "ends well" 0 $?
echo "oidc: $passed passed, $failed failed"
[ $failed -eq 0 ]
