# shellcheck shell=sh disable=SC2154
# web.sh: for checks of heng serve, which source it: a server on a free port, and a browser of curl. POSIX sh.
# Set before: heng, work (a folder). Sets: base (the address), server (its process).

# server_start OPTION…: 0 when it answers. Its output is in $work/serve.out and $work/serve.err.
server_start() {
  : > "$work/serve.out" # the address of the one before is not this one's
  "$heng" serve --listen 127.0.0.1:0 --data "$work/data" "$@" > "$work/serve.out" 2> "$work/serve.err" &
  server=$!
  base=
  tries=0
  while [ $tries -lt 300 ]; do
    base=$(sed -n 's,.*\(http://127.0.0.1:[0-9]*\).*,\1,p' "$work/serve.out")
    [ -n "$base" ] && return 0
    kill -0 $server 2> /dev/null || break
    tries=$((tries + 1))
    sleep 0.1
  done
  tail -n 5 "$work/serve.err"
  return 1
}

# server_stop: its exit code.
server_stop() {
  kill -TERM "$server" 2> /dev/null
  wait "$server"
}

# get WHO PATH: the page on standard output; status in $work/status. Each WHO is a browser of its own; "-" nobody.
get() {
  who=$1 path=$2
  shift 2
  curl -s -b "$work/$who.jar" -c "$work/$who.jar" -o "$work/page" -D "$work/head" -w '%{http_code}' "$@" "$base$path" > "$work/status"
  cat "$work/page"
}

# csrf WHO: the token of a page's forms.
csrf() {
  get "$1" /me | sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' | head -n 1
}

# post WHO PATH CURL-OPTION…: sends a form with the token; the status on standard output, the page in $work/page.
post() {
  who=$1 path=$2
  shift 2
  token=$(csrf "$who")
  curl -s -b "$work/$who.jar" -c "$work/$who.jar" -o "$work/page" -D "$work/head" -w '%{http_code}' --data-urlencode "csrf=$token" "$@" "$base$path"
}

# upload WHO PATH CURL-OPTION…: the same as multipart/form-data: -F name=value, -F files=@file.
upload() {
  who=$1 path=$2
  shift 2
  token=$(csrf "$who")
  curl -s -b "$work/$who.jar" -c "$work/$who.jar" -o "$work/page" -D "$work/head" -w '%{http_code}' -F "csrf=$token" "$@" "$base$path"
}

# sign_in WHO PASSWORD: the status: 303 well, 401 wrong.
sign_in() {
  curl -s -b "$work/$1.jar" -c "$work/$1.jar" -o "$work/page" -D "$work/head" -w '%{http_code}' --data-urlencode "login=$1" --data-urlencode "password=$2" "$base/login"
}

location() {
  tr -d '\r' < "$work/head" | sed -n 's/^Location: //p'
}
