#!/bin/sh
# serve.sh HENG: heng serve as its users and its enemies meet it, by curl: every route × every role × own and foreign organisations, sign-in, sessions, tokens,
# uploads good and hostile, settling, publication, hostile texts in every field, backup and restore, the audit log. On SQLite; then on PostgreSQL where it is installed.
# shellcheck disable=SC2005,SC2015,SC2034,SC2086,SC2154
set -u
heng=$(realpath "$1") here=$(realpath "$(dirname "$0")/../..")
command -v curl > /dev/null || { echo "serve: skipped (no curl)"; exit 77; }
top=$(mktemp -d) || exit 2
chmod 711 "$top"
passed=0 failed=0 skipped=0 server=
. "$here/tests/harness/web.sh"
. "$here/tests/harness/pg.sh"
trap '[ -n "$server" ] && kill $server 2> /dev/null; pg_stop; rm -rf "$top"' EXIT

ok() {
  passed=$((passed + 1))
}
bad() {
  failed=$((failed + 1))
  echo "FAIL $engine: $*"
}
# is NAME WANTED GOT
is() {
  if [ "$2" = "$3" ]; then ok; else bad "$1: $3 instead of $2"; fi
}
# has NAME PATTERN FILE; hasnt the same
has() {
  if grep -q -- "$2" "$3"; then ok; else bad "$1: not there: $2"; fi
}
hasnt() {
  if grep -q -- "$2" "$3"; then bad "$1: there: $2"; else ok; fi
}
# status WHO PATH: of a GET.
status() {
  get "$1" "$2" > /dev/null
  cat "$work/status"
}
roles="entry review approve system security auditor reader finance foreign"

# grants ROLE: its permissions, from the file that makes them.
grants() {
  role=$1
  [ "$role" = foreign ] && role=entry
  awk -v r="$role" '/^role /{ on = $2 == r } on && /^ /{ print }' "$here/profiles/roles.txt"
}

# ---- every route, every role ----
routes() {
  get entry /openapi.json | sed -E 's/"(\/[^"]*)":\{"(get|post)"/\nPATH \1\n"\2"/g; s/"(get|post)":\{/\nOP \1 /g' |
    awk '/^PATH /{ path = $2 } /^OP /{ p = "open"; if (match($0, /"x-permission":"[^"]*"/)) p = substr($0, RSTART + 16, RLENGTH - 17); print $2, path, p == "" ? "signed" : p }' > "$work/routes"
  is "routes in the description" 1 "$([ "$(wc -l < "$work/routes")" -gt 55 ] && echo 1 || echo "$(wc -l < "$work/routes")")"
  while read -r method path permission; do
    case $path in /login/oidc*) continue ;; esac # no provider here: tests/check/oidc.sh
    real=$(echo "$path" | sed "s,{with},$doc,; s,/audit/documents/{id},/audit/documents/$doc,; s,/audit/findings/{id},/audit/findings/$finding,; s,/audit/batches/{id},/audit/batches/$batch,; s,/users/{id},/users/$user,
      s,/books/{id},/books/$book,; s,/year/{id},/year/$year,; s,/list/{sheet},/list/functions,; s,{sheet},budget-lines,; s,{row},$row,; s,{step},1,; s,/make/{what},/make/workbook.xlsx,; s,{table},T5-1,; s,/public/{name},/public/wuhan-jrj-2023,; s,{page},1,; s,{path},,; s,{version},1,; s,{what},close,; s,/orgs/{id},/orgs/$org,; s,{role},reader,; s,{org},$org,; s,{id},1,")
    case $path in */export) real="$real?format=json" ;; /language) real="$real?lang=zh" ;; */rows) real="$real?from=0" ;; */why) real="$real?row=total" ;; */changes) real="$real?since=0" ;; */sheet/*/history) real="$real?row=$row" ;; /system/jobs/*) real=$(echo "$real" | sed 's,close,cancel,') ;; esac
    if [ "$permission" != open ]; then
      if [ "$method" = get ]; then s=$(status - "$real"); else s=$(curl -s -o /dev/null -w '%{http_code}' -X POST -d x=1 "$base$real"); fi
      case $s in 303 | 401) ok ;; *) bad "$method $path: nobody gets $s" ;; esac
    fi
    for who in $roles; do
      may=0
      case $permission in open | signed) may=1 ;; *) grants $who | grep -qw -- "$permission" && may=1 ;; esac
      if [ "$method" = get ]; then
        s=$(status $who "$real")
      else
        [ "$path" = /logout ] && continue
        s=$(curl -s -b "$work/$who.jar" -o /dev/null -w '%{http_code}' -X POST -d x=1 "$base$real") # without a token and fields: refused after the permission
      fi
      object=0 # of the bureau, which is foreign to one of them
      case $path in /audit/documents/* | /audit/findings/* | /audit/batches/* | /books/* | /year/*) [ "$path" = /audit/findings ] || object=1 ;; esac
      case $method,$may,$object,$who,$s in
      *,0,*,*,403) ok ;;
      get,1,1,foreign,404) ok ;;
      get,1,*,*,200 | get,1,*,*,303) [ $who,$object = foreign,1 ] && bad "$method $path: foreign gets $s" || ok ;;
      post,1,*,*,400 | post,1,*,*,403) ok ;;
      *) bad "$method $path ($permission): $who gets $s" ;;
      esac
    done
  done < "$work/routes"
}

# ---- a foreign organisation may do nothing to what is not its own, with a good token too ----
foreign() {
  is "foreign settles" 404 "$(post foreign "/audit/findings/$finding/settle" -d state=fixed -d reason=x)"
  is "foreign comments" 404 "$(post foreign "/audit/findings/$finding/comment" -d text=x)"
  is "foreign retries" 404 "$(post foreign "/audit/documents/$doc/retry")"
  is "foreign uploads into the bureau" 404 "$(upload foreign /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf")"
  get foreign /audit > "$work/x" && hasnt "foreign sees the list" "/audit/documents/$doc" "$work/x"
  get foreign /audit/findings > "$work/x" && hasnt "foreign sees findings" "/audit/findings/$finding" "$work/x"
  get foreign '/search?q=%E5%90%88%E8%AE%A1' > "$work/x" && hasnt "foreign searches" "/audit/findings/$finding" "$work/x"
  get foreign /audit/corpus > "$work/x" && hasnt "foreign sees the overview" "武汉市" "$work/x"
  get foreign '/audit?format=csv' > "$work/x" && hasnt "foreign exports" "book.pdf" "$work/x"
  get entry2 "/audit/documents/$doc" > /dev/null
  is "a unit below does not see its bureau's" 404 "$(cat "$work/status")"
}

# ---- signing in ----
sessions() {
  is "wrong password" 401 "$(sign_in reader nonsense)"
  has "wrong password says no more" "登录名或密码不对" "$work/page"
  is "no such login" 401 "$(sign_in nobody1 nonsense)"
  has "no such login says the same" "登录名或密码不对" "$work/page"
  before=$(awk '/heng_session/ { print $7 }' "$work/reader.jar")
  is "right password" 303 "$(sign_in reader heng-Sample-2026)"
  after=$(awk '/heng_session/ { print $7 }' "$work/reader.jar")
  [ "$before" != "$after" ] && [ -n "$after" ] && ok || bad "the session before signing in is carried over"
  is "the old session ended" 303 "$(curl -s -o /dev/null -w '%{http_code}' -b "heng_session=$before" "$base/me")"
  grep -i '^set-cookie: heng_session' "$work/head" > "$work/x"
  has "cookie HttpOnly" HttpOnly "$work/x"
  has "cookie SameSite" SameSite=Lax "$work/x"
  for i in 1 2 3 4 5; do sign_in locked nonsense > /dev/null; done
  is "locked out after five" 429 "$(sign_in locked nonsense)"
  is "locked out also for the right one" 429 "$(sign_in locked heng-Sample-2026)"
  cp "$work/reader.jar" "$work/reader9.jar"
  is "signs out" 303 "$(post reader /logout)"
  is "the session is gone on the server" 303 "$(status reader9 /me)"
  sign_in reader heng-Sample-2026 > /dev/null
  curl -s -o /dev/null -D "$work/head" "$base/login?next=//evil.example"
  is "next leads nowhere else" 0 "$(curl -s "$base/login?next=https://evil.example/" | grep -c evil.example)"
  is "a form without token" 403 "$(curl -s -b "$work/reader.jar" -o /dev/null -w '%{http_code}' -d old=a -d new=b -d again=b "$base/me/password")"
  is "a weak password" 400 "$(post reader /me/password -d old=heng-Sample-2026 -d new=short -d again=short)"
  is "a wrong old one" 400 "$(post reader /me/password -d old=nonsense -d new=Another-Good-77 -d again=Another-Good-77)"
  sign_in reader heng-Sample-2026 > /dev/null
  cp "$work/reader.jar" "$work/reader8.jar"
  sign_in reader heng-Sample-2026 > /dev/null
  is "a new password" 303 "$(post reader /me/password -d old=heng-Sample-2026 -d new=Another-Good-77 -d again=Another-Good-77)"
  is "the other sessions ended" 303 "$(status reader8 /me)"
  is "the new one signs in" 303 "$(sign_in reader Another-Good-77)"
  # one-time codes
  if command -v oathtool > /dev/null; then
    awk '{ print } $1 == "role" && $2 == "reader" { print "  sign.code" }' "$here/profiles/roles.txt" > "$work/roles.txt"
    is "a role asks for codes" 0 "$("$heng" admin roles --db "$address" --file "$work/roles.txt" > /dev/null; echo $?)"
    is "nothing before they are enabled" 403 "$(status reader /audit)"
    get reader /me | grep -q 您的角色要求动态口令 && ok || bad "my account says so"
    is "one-time codes begun" 303 "$(post reader /me/totp/begin)"
    secret=$(get reader /me | sed -n 's/.*<code>\([A-Z2-7]\{32\}\)<.*/\1/p' | head -n 1)
    is "a wrong code" 400 "$(post reader /me/totp/confirm -d code=000000)"
    is "enabled" 303 "$(post reader /me/totp/confirm -d "code=$(oathtool --totp -b "$secret")")"
    is "password first" 303 "$(sign_in reader Another-Good-77)"
    is "then the code" "/login/code?next=%2F" "$(location)"
    is "half signed in is not signed in" 303 "$(status reader /me)"
    code=$(oathtool --totp -b "$secret")
    is "a wrong code at sign-in" 401 "$(curl -s -b "$work/reader.jar" -c "$work/reader.jar" -o /dev/null -w '%{http_code}' -d code=000000 "$base/login/code")"
    is "the code" 303 "$(curl -s -b "$work/reader.jar" -c "$work/reader.jar" -o /dev/null -w '%{http_code}' -d "code=$code" "$base/login/code")"
    is "signed in" 200 "$(status reader /audit)"
    "$heng" admin roles --db "$address" > /dev/null
    sign_in reader Another-Good-77 > /dev/null
    is "each code serves once" 401 "$(curl -s -b "$work/reader.jar" -c "$work/reader.jar" -o /dev/null -w '%{http_code}' -d "code=$code" "$base/login/code")"
  else
    echo "SKIP one-time codes: no oathtool"
    skipped=$((skipped + 1))
  fi
  # tokens
  post review /me/tokens --data-urlencode name=cli --data-urlencode 'scopes=audit.read' -d days=5 > "$work/x"
  token=$(sed -n 's/.*<code>\(1\.[0-9a-f]*\)<.*/\1/p' "$work/page" | head -n 1)
  is "a token reads" 200 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/audit")"
  is "a token has its scopes only" 403 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/audit/documents/$doc/export?format=json")"
  is "a wrong token is nobody" 303 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer ${token%?}" "$base/audit")"
  is "no token beyond oneself" 400 "$(post review /me/tokens -d name=x -d scopes=user.edit -d days=5)"
  id=$(get review /me | sed -n 's,.*/me/tokens/\([0-9]*\)/end.*,\1,p' | head -n 1)
  is "revoked" 303 "$(post review "/me/tokens/$id/end")"
  is "a revoked token is nobody" 303 "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/audit")"
}

# ---- background jobs, by the system administrator: a job cancelled before it runs, its document failed; run again, audited ----
jobs() {
  is "jobs are not for all" 403 "$(status entry /system/jobs)"
  job=$(get system /system/jobs | sed -n 's,.*/system/jobs/\([0-9]*\)/retry.*,\1,p' | head -n 1)
  is "nothing to run again yet" "" "$job"
  is "no such job" 404 "$(post system /system/jobs/1/cancel)"
  is "only cancel and retry" 404 "$(post system /system/jobs/1/drop)"
  i=0 # files enough that the last of their jobs waits when it is cancelled
  set --
  while [ $i -lt 60 ]; do
    i=$((i + 1))
    { cat "$here/sample/with-errors/book.pdf" && echo "% job $i"; } > "$work/job$i.pdf"
    set -- "$@" -F "files=@$work/job$i.pdf"
  done
  system_token=$(csrf system)
  upload entry /audit/upload -F "org=$org" "$@" > /dev/null
  rm -f "$work"/job*.pdf
  where=$(location)
  job=$(get system /system/jobs | sed -n 's,.*/system/jobs/\([0-9]*\)/cancel.*,\1,p' | sort -n | tail -n 1)
  is "cancelled" 303 "$(curl -s -b "$work/system.jar" -o /dev/null -w '%{http_code}' -d "csrf=$system_token" "$base/system/jobs/$job/cancel")"
  audited "$where" && ok || bad "the others of the batch do not end"
  get entry "$where" > "$work/x"
  has "the documents of the job failed" '失败' "$work/x"
  is "run again" 303 "$(post system "/system/jobs/$job/retry")"
  i=0
  while [ $i -lt 300 ] && get entry "$where" | grep -q -e '失败' -e '等待' -e '审核中'; do
    i=$((i + 1))
    sleep 0.2
  done
  hasnt "and audited" '失败' "$work/page"
  is "not twice" 404 "$(post system "/system/jobs/$job/retry")"
}

# ---- documents whose time is over, by `heng serve --retention` ----
# sql TEXT: its answer.
sql() {
  if [ $engine = postgresql ]; then pg_as "$pg_bin/psql" -h "$pg" -p "$pg_port" -U heng -d heng -At -c "$1"; else sqlite3 -cmd '.timeout 5000' "$work/data/heng.db" "$1"; fi
}
retention() {
  if [ $engine = sqlite ] && ! command -v sqlite3 > /dev/null; then
    echo "SKIP retention: no sqlite3"
    skipped=$((skipped + 1))
    return
  fi
  before=$(sql "SELECT count(*) FROM desk_document")
  old=$(sql "SELECT max(id) FROM desk_document WHERE kept = 0 AND state = 'done' GROUP BY sha256 HAVING count(*) = 1 ORDER BY 1 DESC LIMIT 1")
  held=$(sql "SELECT max(id) FROM desk_document WHERE kept = 0 AND state = 'done' AND id <> $old")
  hash=$(sql "SELECT sha256 FROM desk_document WHERE id = $old")
  sql "UPDATE desk_document SET uploaded_at = uploaded_at - 864000000 WHERE id IN ($old, $held)" > /dev/null
  sql "UPDATE desk_document SET kept = 1 WHERE id = $held" > /dev/null
  is "its file is there" 1 "$(find "$work/data" -name "$hash" | wc -l)"
  server_start --retention 5 "$@" || bad "the server does not start again"
  i=0
  while [ $i -lt 100 ] && [ "$(sql "SELECT count(*) FROM desk_document")" = "$before" ]; do
    i=$((i + 1))
    sleep 0.2
  done
  sleep 0.5
  is "one document is gone" $((before - 1)) "$(sql "SELECT count(*) FROM desk_document")"
  is "it is the old one" 0 "$(sql "SELECT count(*) FROM desk_document WHERE id = $old")"
  is "with its findings" 0 "$(sql "SELECT count(*) FROM desk_finding WHERE document = $old")"
  is "and its file" 0 "$(find "$work/data" -name "$hash*" | wc -l)"
  is "the log says so" 1 "$(sql "SELECT count(*) FROM heng_log WHERE action = 'document.drop' AND object = 'document:$old'")"
  server_stop
  server=
}

# ---- the budget year: from the sample's published year to the next one, each step by whom it belongs to ----
# step WHO TO: the status.
step() {
  post $1 "/year/$y/step" --data-urlencode "to=$2" --data-urlencode "reason=${3:-}"
}
# checked: waits until the checks have seen the data as they are.
checked() {
  n=0
  while [ $n -lt 150 ] && ! get entry "/year/$y/sheet/units/problems" | grep -q '"fresh":true'; do
    n=$((n + 1))
    sleep 0.2
  done
}
# edit WHO EDITS OP: the status; the answer is in $work/page.
edit() {
  post $1 "/year/$y/sheet/${4:-budget-lines}/edit" -d "op=operation-of-$1-$3" --data-urlencode "edits=$2"
}
years() {
  y=$year
  unpack="import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extractall(sys.argv[2])"
  get entry "/year/$y/files" > "$work/year.zip"
  if command -v python3 > /dev/null; then
    rm -rf "$work/out" && python3 -c "$unpack" "$work/year.zip" "$work/out"
    diff -r "$work/out" "$here/sample/workspace" > "$work/x" && ok || bad "the files come out as they went in: $(head -n 2 "$work/x")"
  fi
  is "nobody begins a year approved" 400 "$(upload entry /year -F "org=$org" -F state=批复 -F "files=@$work/year.zip")"
  is "but where its data are entered" 303 "$(upload entry /year -F "org=$org" -F state=储备 -F "files=@$work/year.zip")"
  draft=$(location) && draft=${draft%%\?*}
  is "a draft is not published" 409 "$(post entry "$draft/publish" -d reason=)"
  is "a zip that is no workspace" 400 "$(upload entry /year -F "org=$org" -F state=储备 -F "files=@$here/README.md")"
  is "locked when published" 409 "$(edit entry "[{\"row\":$row,\"revision\":0,\"cells\":{\"amount\":\"1.00\"}}]" 0)"
  is "who reads takes no step" 409 "$(step reader 调整)"
  is "an adjustment" 303 "$(step entry 调整)"
  is "a foreign one does not see it" 404 "$(edit foreign "[{\"row\":$row,\"revision\":0,\"cells\":{\"amount\":\"1.00\"}}]" 0)"
  is "who reads does not edit" 409 "$(edit reader "[{\"row\":$row,\"revision\":0,\"cells\":{\"amount\":\"1.00\"}}]" 0)"
  was=$(get entry "/year/$y/sheet/budget-lines/rows?from=0&count=1" | sed 's/.*"\([0-9.]*\)"\]\]}$/\1/')
  is "an edit" 200 "$(edit entry "[{\"row\":\"$row\",\"revision\":0,\"cells\":{\"amount\":\"1.00\"},\"was\":{\"amount\":\"$was\"}}]" 1)"
  is "sent again" 200 "$(edit entry "[{\"row\":$row,\"revision\":0,\"cells\":{\"amount\":\"1.00\"},\"was\":{\"amount\":\"$was\"}}]" 1)"
  has "is not done again" '"again":true' "$work/page"
  is "another who saw the old value" 409 "$(edit entry "[{\"row\":$row,\"revision\":0,\"cells\":{\"amount\":\"2.00\"},\"was\":{\"amount\":\"$was\"}}]" 2)"
  has "is told what is there" '"theirs":"1.00"' "$work/page"
  is "another cell of the row is no conflict" 200 "$(edit entry "[{\"row\":$row,\"revision\":0,\"cells\":{\"origin\":\"上年结转结余\"},\"was\":{\"origin\":\"本年\"}}]" 3)"
  for e in 'x' '[]' '{}' '[{"row":1}]' '[{"row":1,"revision":0,"cells":{"nothing":"1"}}]' '[{"row":1,"revision":0,"cells":{"amount":7}}]'; do is "edits $e" 400 "$(edit entry "$e" bad)"; done
  is "a row that is not there" 409 "$(edit entry '[{"row":1,"revision":0,"cells":{"amount":"7"}}]' 4)"
  seen=$(get entry "/year/$y/sheet/budget-lines/rows?from=0&count=1" | sed 's/.*"rows":\[\["[0-9]*",\([0-9]*\),.*/\1/')
  is "a code that is not there" 200 "$(edit entry "[{\"row\":$row,\"revision\":$seen,\"cells\":{\"func\":\"9999999\"}}]" 3b)"
  checked
  get entry "/year/$y/sheet/budget-lines/problems" > "$work/x"
  has "the checks find it, at its row" "\"row\":\"$row\"" "$work/x"
  get entry "/year/$y" > "$work/x"
  has "and say so on the page" '错误 [1-9]' "$work/x"
  is "no step with errors" 409 "$(step finance 公开)"
  get entry "/year/$y/sheet/budget-lines/history?row=$row" > "$work/x"
  has "the history has the value before" "\"before\":\"$was\"" "$work/x"
  # without the script: a form, and its conflict
  get entry "/year/$y/sheet/budget-lines/rows/$row" > "$work/x"
  has "a row as a form" 'name="revision"' "$work/x"
  is "a remark" 303 "$(post review "/year/$y/sheet/budget-lines/rows/$row/remark" --data-urlencode 'text=为什么只有一元')"
  get entry "/year/$y/sheet/budget-lines/rows/$row" > "$work/x"
  has "seen by who entered it" '为什么只有一元' "$work/x"
  # the version before is taken up again
  version=$(get entry "/year/$y" | sed -n 's,.*/versions/\([0-9]*\)/restore.*,\1,p' | head -n 1)
  is "restored" 303 "$(post entry "/year/$y/versions/$version/restore")"
  checked
  is "approved by the finance bureau" 303 "$(step finance 公开)"
  # the next year, from this one
  is "the next year" 303 "$(post entry "/year/$y/next")"
  y=$(location) && y=${y##*/} && y=${y%%\?*}
  checked
  get entry "/year/$y" > "$work/x"
  has "begins at the store" '储备' "$work/x"
  is "submitted by the head" 303 "$(step approve 一上)"
  is "returned only with a reason" 400 "$(step review 储备)"
  is "returned" 303 "$(step review 储备 金额不实)"
  checked
  is "submitted again" 303 "$(step approve 一上)"
  ceiling=$(get finance "/year/$y/sheet/ceilings/columns")
  echo "$ceiling" > "$work/x" && has "ceilings are the finance bureau's" '"editable":true' "$work/x"
  is "and not the department's" 409 "$(edit entry '[{"insert":0,"cells":{"unit":"169001","group":"项目","source":"11","amount":"100.00"}}]' 5 ceilings)"
  is "a ceiling" 200 "$(edit finance '[{"insert":0,"cells":{"unit":"169001","group":"项目","source":"11","amount":"100.00"}}]' 6 ceilings)"
  is "ceilings given" 303 "$(step finance 控制数)"
  get entry "/year/$y/make/workbook.xlsx" > "$work/filled.xlsx"
  is "a workbook as it was changes nothing" 303 "$(upload entry "/year/$y/workbook" -F "file=@$work/filled.xlsx")"
  printf 'unit,group,source,amount\n169001,项目,11,999999999.00\n' > "$work/ceilings.csv"
  is "ceilings do not come in by a file" 409 "$(upload entry "/year/$y/files" -F "files=@$work/ceilings.csv")"
  is "but the finance bureau's do" 303 "$(upload finance "/year/$y/files" -F "files=@$work/ceilings.csv")"
  printf 'unit,group,source,amount\n169001,项目,11,100.00\n' > "$work/ceilings.csv"
  is "and its others" 303 "$(upload finance "/year/$y/files" -F "files=@$work/ceilings.csv")"
  is "a line above it" 200 "$(edit entry '[{"insert":0,"cells":{"year":"2024","version":"二上","unit":"169001","kind":"J","func":"2170102","econ":"30227","project":"42010022169T000000100","source":"11","origin":"本年","amount":"100.01"}}]' 7)"
  checked
  get entry "/year/$y/sheet/ceilings/problems" > "$work/x"
  has "the excess is shown" 'W-CEILING' "$work/x"
  is "and stops the step" 409 "$(step approve 二上)"
}

# ---- administration ----
people() {
  is "a new user" 200 "$(post system /users -d login=new.one --data-urlencode 'name=新人' -d "org=$org")"
  first=$(sed -n 's/.*须改）：\([A-Za-z0-9-]*\).*/\1/p' "$work/page" | head -n 1)
  is "the same login again" 409 "$(post system /users -d login=new.one -d name=x -d "org=$org")"
  id=$(get system /users | sed -n 's,.*href="/users/\([0-9]*\)">new\.one<.*,\1,p' | head -n 1)
  is "system gives no roles" 403 "$(post system "/users/$id/roles" -d role=reader -d "org=$org")"
  is "security gives roles" 303 "$(post security "/users/$id/roles" -d role=entry -d "org=$org")"
  is "enter is not review" 409 "$(post security "/users/$id/roles" -d role=review -d "org=$org")"
  me=$(get security /users | sed -n 's,.*href="/users/\([0-9]*\)">security<.*,\1,p' | head -n 1)
  is "no administrator comes by another's password" 400 "$(post system "/users/$me/password")"
  is "nor ends his codes" 400 "$(post system "/users/$me/totp")"
  is "nobody gives himself" 400 "$(post security "/users/$me/roles" -d role=reader -d "org=$org")"
  is "first sign-in" 303 "$(sign_in new.one "$first")"
  is "it leads to the password" "/me?must=1" "$(location)"
  is "nothing else before" 403 "$(status new.one /audit)"
  is "the password changed" 303 "$(post new.one /me/password -d "old=$first" -d new=Fresh-Enough-88 -d again=Fresh-Enough-88)"
  is "then it works" 200 "$(status new.one /audit)"
  is "disabled" 303 "$(post system "/users/$id" --data-urlencode 'name=新人' -d "org=$org" -d disabled=1)"
  is "signed out at once" 303 "$(status new.one /audit)"
  is "no sign-in" 401 "$(sign_in new.one Fresh-Enough-88)"
  is "an organisation" 303 "$(post system /orgs -d "parent=$org" -d code=o1 --data-urlencode 'name=新科室')"
  is "its code again" 409 "$(post system /orgs -d "parent=$org" -d code=o1 -d name=x)"
}

# ---- hostile texts come back as text ----
hostile_texts() {
  attack='"><script>alert(7)</script><img src=x onerror=alert(7)>'
  cp "$here/sample/with-errors/book.pdf" "$work/x.pdf"
  upload entry /audit/upload -F "org=$org" --form-string "name=$attack" -F "files=@$work/x.pdf;filename=\"a'<script>alert(7)</script>.pdf\"" > /dev/null
  post review "/audit/findings/$finding/comment" --data-urlencode "text=$attack" > /dev/null
  post review "/audit/findings/$other/settle" -d state=false-alarm --data-urlencode "reason=$attack" > /dev/null
  post review /me/tokens --data-urlencode "name=$attack" -d scopes=audit.read -d days=3 > /dev/null
  post system /orgs -d "parent=$org" -d code=evil --data-urlencode "name=$attack" > /dev/null
  post system /users -d login=evil --data-urlencode "name=${attack}" -d "org=$org" > /dev/null
  for page in "review /audit" "review /audit/batches" "review /audit/findings/$finding" "review /audit/findings/$other" "review /me" "system /orgs" "system /users" "auditor /log" "entry /audit/upload" \
    "review /search?q=%3Cscript%3Ealert(7)" "review /audit?q=%22%3E%3Cscript%3Ealert(7)" "system /users?q=%22%3E%3Cscript%3Ealert(7)" "- /public/?q=%22%3E%3Cscript%3Ealert(7)"; do
    set -- $page
    get $1 "$2" > "$work/x"
    is "$2 there" 200 "$(cat "$work/status")"
    hasnt "hostile text in $2" '<script>alert' "$work/x"
    hasnt "hostile attribute in $2" '<img src=x' "$work/x"
  done
  for q in "' OR '1'='1" "1; DROP TABLE heng_user; --" "%' --" '" OR ""="'; do
    is "sql in the login: $q" 400 "$(sign_in_any "$q")"
    s=$(curl -s -G -b "$work/review.jar" -o /dev/null -w '%{http_code}' --data-urlencode "q=$q" "$base/audit")
    is "sql in a filter: $q" 200 "$s"
    s=$(curl -s -G -b "$work/review.jar" -o /dev/null -w '%{http_code}' --data-urlencode "q=$q" "$base/search")
    is "sql in a search: $q" 200 "$s"
  done
  is "the users are still there" 200 "$(status system /users)"
}
sign_in_any() {
  curl -s -o /dev/null -w '%{http_code}' --data-urlencode "login=$1" -d password=x "$base/login"
}

# ---- uploads that mean harm cost only themselves ----
audited() { # BATCH-PATH: waits until all of it ended
  n=0
  while [ $n -lt 300 ]; do
    get entry "$1" | grep -q 审核完成 && return 0
    n=$((n + 1))
    sleep 0.2
  done
  return 1
}
hostile_files() {
  mkdir -p "$work/bad"
  head -c 100000 /dev/urandom > "$work/bad/noise.pdf"
  head -c 300000 "$here/sample/with-errors/book.pdf" > "$work/bad/cut.pdf"
  : > "$work/bad/empty.pdf"
  printf 'GIF89a' > "$work/bad/picture.pdf"
  printf '%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>\n' > "$work/bad/cycle.pdf"
  cp "$here/sample/published/book.txt" "$work/bad/good.txt"
  is "a batch of hostile files" 303 "$(upload entry /audit/upload -F "org=$org" -F "files=@$work/bad/noise.pdf" -F "files=@$work/bad/cut.pdf" -F "files=@$work/bad/empty.pdf" -F "files=@$work/bad/picture.pdf" -F "files=@$work/bad/cycle.pdf" -F "files=@$work/bad/good.txt")"
  where=$(location)
  audited "$where" && ok || bad "the batch does not end"
  get entry "$where" > "$work/x"
  is "the good one is audited" 1 "$(grep -c 'good.txt</a></td><td data-label="状态"><span class="badge ok">' "$work/x")"
  is "the noise says why" 1 "$(grep -c 'noise.pdf</a></td><td data-label="状态"><span class="badge error">' "$work/x")"
  # archives
  if command -v zip > /dev/null; then
    (cd "$work/bad" && zip -q "$work/two.zip" good.txt cut.pdf)
    is "an archive" 303 "$(upload entry /audit/upload -F "org=$org" -F "files=@$work/two.zip")"
    where=$(location)
    audited "$where" && ok || bad "the archive does not end"
    is "both of it" 2 "$(get entry "$where" | grep -c 'data-step')"
    head -c 300000000 /dev/zero > "$work/zero" && (cd "$work" && zip -q bomb.zip zero && rm zero)
    is "a bomb" 413 "$(upload entry /audit/upload -F "org=$org" -F "files=@$work/bomb.zip")"
    ln -s /etc/passwd "$work/bad/link.txt" && (cd "$work/bad" && zip -qy "$work/link.zip" link.txt)
    is "a link" 400 "$(upload entry /audit/upload -F "org=$org" -F "files=@$work/link.zip")"
    printf x > "$work/x.txt"
    is "a book that is none" 400 "$(upload entry /books -F "file=@$work/two.zip")"
    (cd "$work/book" && zip -qr "$work/book.zip" .)
    cp -r "$work/book" "$work/evil" && printf '<script>' > "$work/evil/x.js" && (cd "$work/evil" && zip -qr "$work/evil.zip" .)
    is "a book with a script beside" 400 "$(upload entry /books -F "file=@$work/evil.zip" --form-string reason=x)"
    is "a correction without a reason" 400 "$(upload entry /books -F "file=@$work/book.zip")"
    is "a correction" 303 "$(upload entry /books -F "file=@$work/book.zip" --form-string 'reason=更正一处')"
    draft=$(get approve /books | sed -n 's,.*href="/books/\([0-9]*\)".*,\1,p' | head -n 1)
    is "a book of the bureau by others" 400 "$(upload foreign /books -F "file=@$work/book.zip" --form-string 'reason=x')"
    is "the approver looks at it" 200 "$(status approve "/books/$draft/files/")"
    has "where it runs no script" "sandbox" "$work/head"
    is "others do not" 404 "$(status foreign "/books/$draft/files/book.pdf")"
    is "who entered does not publish" 403 "$(post entry "/books/$draft/publish")"
    is "not public yet" 1 "$(get - /public/wuhan-jrj-2023/record | grep -c 'data-label="事项"')"
    is "published by another" 303 "$(post approve "/books/$draft/publish")"
    is "published once" 409 "$(post approve "/books/$draft/publish")"
    get - /public/wuhan-jrj-2023/record > "$work/x"
    has "the record tells why" 更正一处 "$work/x"
    is "the old version stays" 200 "$(status - /public/wuhan-jrj-2023/v/1/)"
    has "and says that it is old" 'data-derived' "$work/page"
    has "and leads to the current one" 'rel="latest-version"' "$work/head"
    is "a second correction" 303 "$(upload entry /books -F "file=@$work/book.zip" --form-string 'reason=又一处')"
    second=$(get approve /books | sed -n 's,.*href="/books/\([0-9]*\)".*,\1,p' | head -n 1)
    is "sent back" 303 "$(post approve "/books/$second/refuse" --data-urlencode 'reason=不全')"
    is "then not published" 409 "$(post approve "/books/$second/publish")"
    is "withdrawn" 303 "$(post approve "/books/$draft/withdraw" --data-urlencode 'reason=误发')"
    is "gone, and says so" 410 "$(status - /public/wuhan-jrj-2023/)"
    has "with the reason" 误发 "$work/page"
    is "so is the version before" 410 "$(status - /public/wuhan-jrj-2023/v/1/)"
  else
    echo "SKIP archives: no zip"
    skipped=$((skipped + 1))
  fi
  is "traversal in the public files" 404 "$(curl -s --path-as-is -o /dev/null -w '%{http_code}' "$base/public/wuhan-jrj-2023/../../../etc/passwd")"
  is "traversal, escaped" 400 "$(curl -s --path-as-is -o /dev/null -w '%{http_code}' "$base/public/wuhan-jrj-2023/..%2f..%2fetc/passwd")"
}

public() {
  is "public list" 200 "$(status - /public/)"
  is "public book" 200 "$(status - /public/wuhan-jrj-2023/)"
  has "a book runs no script" "sandbox" "$work/head"
  etag=$(status - /public/ > /dev/null && tr -d '\r' < "$work/head" | sed -n 's/^E[Tt]ag: //p')
  is "the list is cached" 304 "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" "$base/public/")"
  is "the books of a body" 200 "$(status - '/public/?body=%E6%AD%A6%E6%B1%89%E5%B8%82%E5%9C%B0%E6%96%B9%E9%87%91%E8%9E%8D%E5%B7%A5%E4%BD%9C%E5%B1%80')"
  is "public data" 200 "$(status - /public/wuhan-jrj-2023/datapackage.json)"
  etag=$(tr -d '\r' < "$work/head" | sed -n 's/^E[Tt]ag: //p')
  is "cached" 304 "$(curl -s -o /dev/null -w '%{http_code}' -H "If-None-Match: $etag" "$base/public/wuhan-jrj-2023/datapackage.json")"
  get - /public/feed.xml > "$work/x" && has "feed" '<entry>' "$work/x"
  get - /public/sitemap.xml > "$work/x" && has "site map" '<loc>' "$work/x"
  is "robots" 200 "$(status - /robots.txt)"
  is "not published" 404 "$(status - /public/nothing/)"
}

everything() {
  engine=$1
  shift
  work=$top/$engine
  mkdir -p "$work"
  address=${2:-sqlite:$work/data/heng.db}
  "$heng" book publish "$here/sample/workspace" -o "$work/book" > /dev/null 2>&1
  server_start --sample --sample-book "$work/book" "$@" || { bad "the server does not start: $(tail -n 3 "$work/serve.err")"; return; }
  for who in $roles entry2; do is "$who signs in" 303 "$(sign_in $who heng-Sample-2026)"; done
  org=$(get entry /audit/upload | grep -o '<option value="[0-9]*" selected' | grep -o '[0-9]*')
  is "uploads" 303 "$(upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf")"
  batch=$(location) && batch=${batch##*/}
  audited "/audit/batches/$batch" && ok || bad "the audit does not end"
  doc=$(get entry "/audit/batches/$batch" | grep -o '/audit/documents/[0-9]*' | head -n 1 | grep -o '[0-9]*$')
  get entry "/audit/documents/$doc" > "$work/x"
  finding=$(grep -o '/audit/findings/[0-9]*' "$work/x" | sed -n '1s,.*/,,p')
  other=$(grep -o '/audit/findings/[0-9]*' "$work/x" | sed -n '2s,.*/,,p')
  user=$(get system /users | sed -n 's,.*href="/users/\([0-9]*\)">entry<.*,\1,p' | head -n 1)
  book=$(get entry /books | sed -n 's,.*href="/books/\([0-9]*\)".*,\1,p' | head -n 1)
  year=$(get entry /year | sed -n 's,.*href="/year/\([0-9]*\)".*,\1,p' | head -n 1)
  row=$(get entry "/year/$year/sheet/budget-lines" | sed -n 's,.*/rows/\([0-9]*\)".*,\1,p' | head -n 1)
  # the same findings as the command line, in the same order
  "$heng" audit --quiet --format json "$here/sample/with-errors/book.pdf" 2> /dev/null | grep -o '"rule":"[A-Z0-9-]*","severity"' | sed 's/"rule":"//; s/".*//' > "$work/cli"
  get entry "/audit/documents/$doc/export?format=json" | grep -o '"rule":"[A-Z0-9-]*","severity"' | sed 's/"rule":"//; s/".*//' > "$work/web"
  if [ -s "$work/cli" ] && cmp -s "$work/cli" "$work/web"; then ok; else bad "other findings than the command line"; fi
  is "as many as the command line" "$(wc -l < "$work/cli")" "$(grep -c 'data-step' "$work/x")"
  is "the same file again leads to its result" "/audit/documents/$doc?same=1" "$(upload entry /audit/upload -F "org=$org" -F "files=@$here/sample/with-errors/book.pdf" > /dev/null && location)"
  # this year beside another
  "$heng" book publish "$here/sample/workspace" -o "$work/again" > /dev/null 2>&1
  upload entry /audit/upload -F "org=$org" -F "files=@$work/again/book.pdf" > /dev/null
  audited "$(location)"
  second=$(get entry "$(location)" | grep -o '/audit/documents/[0-9]*' | head -n 1)
  compare=$(get entry "${second:-/audit/documents/$doc}" | grep -o '/audit/documents/[0-9]*/compare/[0-9]*' | head -n 1)
  is "offered beside the body's other book" 1 "$(echo "$compare" | grep -c compare)"
  get entry "$compare" > "$work/x"
  is "compared" 200 "$(cat "$work/status")"
  has "what changed is told" '11,045.90' "$work/x"
  has "as a page that runs nothing" "sandbox" "$work/head"
  routes
  foreign
  public
  # a worker of its own, as on another host
  "$heng" worker --data "$work/data" --db "${2:-sqlite:$work/data/heng.db}" > "$work/worker.out" 2>&1 &
  worker=$!
  { cat "$here/sample/with-errors/book.pdf" && echo "% worker"; } > "$work/worker.pdf"
  upload entry /audit/upload -F "org=$org" -F "files=@$work/worker.pdf" > /dev/null
  where=$(location)
  if audited "$where"; then ok; else bad "with a second worker the audit does not end"; fi
  is "audited once" 1 "$(get entry "$where" | grep -c 'data-step')"
  kill -TERM $worker
  wait $worker
  is "the worker ends well" 0 $?
  # settling
  is "who uploaded does not settle" 403 "$(post entry "/audit/findings/$finding/settle" -d state=fixed -d reason=x)"
  is "a reviewer does not accept" 403 "$(post review "/audit/findings/$finding/settle" -d state=accepted -d reason=x)"
  is "no reason" 400 "$(post review "/audit/findings/$finding/settle" -d state=fixed -d reason=)"
  is "settled" 303 "$(post review "/audit/findings/$finding/settle" -d state=fixed -d reason=done)"
  is "settled once" 409 "$(post review "/audit/findings/$finding/settle" -d state=false-alarm -d reason=x)"
  is "opened again" 303 "$(post review "/audit/findings/$finding/settle" -d state=open -d reason=x)"
  is "an approver accepts" 303 "$(post approve "/audit/findings/$finding/settle" -d state=accepted -d reason=x)"
  i=0 # more comments than one page has
  token=$(csrf review)
  while [ $i -lt 102 ]; do
    i=$((i + 1))
    curl -s -b "$work/review.jar" -o /dev/null -d "csrf=$token" -d "text=remark-$i." "$base/audit/findings/$other/comment"
  done
  get review "/audit/findings/$other" > "$work/x"
  has "the newest comment" 'remark-102\.' "$work/x"
  hasnt "not the oldest" 'remark-1\.' "$work/x"
  earlier=$(sed -n 's/.*href="\([^"]*before=[0-9]*\)".*/\1/p' "$work/x")
  get review "$earlier" > "$work/x"
  has "the oldest on the page of earlier ones" 'remark-1\.' "$work/x"
  jobs
  years
  hostile_texts
  hostile_files
  people
  sessions
  is "the log, in the browser" 1 "$(get auditor /log/verify | grep -c '，完整')"
  is "metrics" 200 "$(status - /metrics)"
  has "metrics count" 'heng_documents_audited_total' "$work/page"
  is "no metrics through a proxy" 404 "$(curl -s -o /dev/null -w '%{http_code}' -H 'X-Forwarded-For: 1.2.3.4' "$base/metrics")"
  server_stop
  is "ends well" 0 $?
  server=
  grep '"level":"error"' "$work/serve.err" > "$work/x"
  is "no inner error" 0 "$(wc -l < "$work/x")"
  [ ! -s "$work/x" ] || head -n 3 "$work/x"
  "$heng" portal verify --data "$work/data" --db "$address" > "$work/x" 2>&1
  is "published files are as they came" 0 $?
  "$heng" admin verify-log --db "$address" > "$work/x" 2>&1
  is "verify-log" 0 $?
  "$heng" admin log-head --db "$address" > "$work/heads"
  "$heng" admin verify-log --head "$work/heads" --db "$address" > "$work/x" 2>&1
  is "the head noted is there" 0 $?
  { cat "$work/heads"; sed 's/[0-9a-f]\{4\}$/0000/' "$work/heads"; } > "$work/heads2"
  "$heng" admin verify-log --head "$work/heads2" --db "$address" > "$work/x" 2>&1
  is "a log written anew is told" 1 $?
  has "with the line" '第 2 行' "$work/x"
  echo "heng-log-head 1 x" > "$work/heads2"
  "$heng" admin verify-log --head "$work/heads2" --db "$address" > "$work/x" 2>&1
  is "no head" 3 $?
  retention "$@"
  "$heng" db verify --db "$address" > "$work/x" 2>&1
  is "db verify" 0 $?
  "$heng" db backup "$work/backup" --db "$address" > "$work/x" 2>&1
  is "backup" 0 $?
  restored=sqlite:$work/restored.db
  [ $engine = postgresql ] && restored=$(pg_database restored)
  "$heng" db restore "$work/backup" --db "$restored" > "$work/x" 2>&1
  is "restore" 0 $?
  "$heng" admin verify-log --db "$restored" > "$work/x" 2>&1
  is "the restored log is whole" 0 $?
}

everything sqlite
if pg_start "$top/pg"; then
  everything postgresql --db "$pg_address"
  for t in db people portal year; do
    unit=$(dirname "$heng")/../tests/test_$t
    if [ -x "$unit" ]; then HENG_TEST_PG=$(pg_database unit) "$unit" > "$top/unit" 2>&1; is "test_$t on PostgreSQL" 0 $?; fi
  done
else
  echo "SKIP PostgreSQL: not installed"
  skipped=$((skipped + 1))
fi
echo "serve: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
