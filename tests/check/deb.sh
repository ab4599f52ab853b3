#!/bin/sh
# deb.sh: the Debian package built, looked at by lintian, installed, run, installed again as an upgrade, removed, purged. Needs root (counted as skipped without).
# The service's hardening by systemd-analyze: below 2.0.
set -u
cd "$(dirname "$0")/../.." || exit 2
passed=0 failed=0 skipped=0
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $1: $3 instead of $2"
  fi
}
if command -v systemd-analyze > /dev/null; then
  level=$(systemd-analyze security --offline=true tools/deploy/heng.service 2> /dev/null | sed -n 's/.*exposure level for heng.service: \([0-9.]*\).*/\1/p')
  check "exposure $level below 2.0" 1 "$(awk -v l="$level" 'BEGIN { print l != "" && l < 2.0 }')"
else
  skipped=$((skipped + 1))
  echo "SKIP systemd-analyze is not installed"
fi
if ! command -v dpkg-shlibdeps > /dev/null || [ "$(id -u)" -ne 0 ] || dpkg-query -W -f='${db:Status-Status}' heng 2> /dev/null | grep -q installed; then
  echo "SKIP the package: no dpkg-dev, not root, or heng is installed here"
  echo "deb: $passed passed, $failed failed, $((skipped + 1)) skipped"
  [ $failed -eq 0 ]
  exit
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
package=$(tools/deb.sh "$work") || { echo "FAIL it does not build"; exit 1; }
check "names its dependencies" 1 "$(dpkg-deb -f "$package" Depends | grep -c libmicrohttpd)"
if command -v lintian > /dev/null; then
  lintian --fail-on error --suppress-tags no-copyright-file,debian-changelog-file-missing,no-changelog "$package" > "$work/lintian" 2>&1
  check "lintian: $(grep -c '^E:' "$work/lintian") errors" 0 "$(grep -c '^E:' "$work/lintian")"
  grep '^E:' "$work/lintian"
else
  skipped=$((skipped + 1))
  echo "SKIP lintian is not installed"
fi
dpkg -i "$package" > "$work/log" 2>&1
check "installs" 0 $?
check "runs" 1 "$(/usr/bin/heng help | grep -c '^ *serve ')"
check "its user" 1 "$(getent passwd heng | grep -c .)"
check "its folder" "700 heng" "$(stat -c '%a %U' /var/lib/heng)"
runuser -u heng -- /usr/bin/heng db migrate --db sqlite:/var/lib/heng/heng.db > "$work/log" 2>&1
check "makes its tables" 0 $?
runuser -u heng -- /usr/bin/heng admin add-user admin --org bureau --role system --db sqlite:/var/lib/heng/heng.db > "$work/log" 2>&1
check "makes the first account" 0 $?
runuser -u heng -- /usr/bin/heng serve --listen 127.0.0.1:0 --data /var/lib/heng > "$work/serve" 2>&1 &
process=$!
n=0
while [ $n -lt 100 ] && ! grep -q http: "$work/serve"; do n=$((n + 1)); sleep 0.1; done
base=$(sed -n 's,.*\(http://127.0.0.1:[0-9]*\).*,\1,p' "$work/serve")
check "serves as its user" ready "$(curl -s "$base/readyz")"
kill $process 2> /dev/null
wait $process 2> /dev/null
dpkg -i "$package" > "$work/log" 2>&1
check "upgrades" 0 $?
check "keeps the accounts" 0 "$(runuser -u heng -- /usr/bin/heng admin verify-log --db sqlite:/var/lib/heng/heng.db > /dev/null 2>&1; echo $?)"
dpkg -r heng > "$work/log" 2>&1
check "removes" 0 $?
check "keeps the data when removed" 1 "$([ -f /var/lib/heng/heng.db ] && echo 1)"
dpkg -P heng > "$work/log" 2>&1
check "purges" 0 $?
check "leaves nothing" "" "$(ls -d /var/lib/heng /usr/share/heng /etc/default/heng 2> /dev/null)"
echo "deb: $passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
