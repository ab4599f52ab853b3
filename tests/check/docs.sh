#!/bin/sh
# docs.sh [FOLDER]: what the documents say is there: links, files they name, commands and options of heng, the fields of a workspace as profiles/workspace.txt has them.
# docs.sh --write: puts the list of fields into docs/workspace.md. Commands and options are read from the sources: nothing needs to be built.
set -u
fields() {
  awk '
    function part(n) { return n <= m ? p[n] : "" }
    # The words before two spaces, the texts behind them at the bars.
    function cut(line,  at, i) {
      at = index(line, "  "); head = substr(line, 1, at - 1); m = split(substr(line, at), p, "|")
      for (i = 1; i <= m; i++) { gsub(/^ +| +$/, "", p[i]) }
    }
    # The text types in Chinese; the unit of an amount is its type.
    BEGIN { split("code 编码 text 文字 yuan 元 year 年度 int 整数 date 日期 choice 选择 flag 1或0", w, " "); for (i = 1; i in w; i += 2) zh[w[i]] = w[i + 1] }
    /^entity / {
      cut($0); split(head, h, " ")
      printf "\n### `%s` %s · %s\n\n%s%s%s\n\n| field | | type | example | note |\n|---|---|---|---|---|\n", h[3], part(1), part(2), part(3),
        h[4] == "need" ? " · 必须有 must be there" : "", h[5] == "secret" ? " · 不随书公开 not published" : ""
    }
    /^field / {
      cut($0); n = split(head, h, " "); need = type = ""
      type = (h[3] in zh ? zh[h[3]] : h[3])
      for (i = 4; i <= n; i++) {
        if (h[i] == "need") need = need "，必填"
        else if (h[i] == "key") need = need "，键"
        else if (h[i] == "may") need = need "，可以没有这一列"
        else if (h[i] ~ /^ref=/) need = need "，见 " substr(h[i], 5) ".csv"
        else if (h[i] ~ /^choices=/) { type = substr(h[i], 9); gsub(/\//, " · ", type) }
      }
      printf "| `%s` | %s %s | %s%s | %s | %s |\n", h[2], part(1), part(2), type, need, part(3) == "" ? "" : "`" part(3) "`", part(4)
    }' "$1/profiles/workspace.txt"
}
if [ "${1:-}" = --write ]; then
  cd "$(dirname "$0")/../.." || exit 2
  { sed '/^<!-- fields/q' docs/workspace.md && fields . && echo && sed -n '/^<!-- end of fields/,$p' docs/workspace.md; } > docs/workspace.md.new &&
    mv docs/workspace.md.new docs/workspace.md
  exit
fi
cd "${1:-$(dirname "$0")/../..}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
# check NAME FILE: no line in FILE.
check() {
  if [ -s "$2" ]; then
    failed=$((failed + 1))
    echo "FAIL $1:"
    sed 's/^/     /' "$2"
  else
    passed=$((passed + 1))
  fi
}
find . -name '*.md' ! -path './build*' ! -path './out/*' ! -path './.git/*' | sed 's,^\./,,' | sort > "$work/documents"
[ -s "$work/documents" ] || { echo "FAIL no documents in $PWD"; exit 1; }

# ---- links from one file to another ----
while IFS= read -r document; do
  grep -no '](\([^) ]*\))' "$document" | sed 's/](\(.*\))$/\1/' | while IFS=: read -r line target; do
    case $target in '' | '#'* | http:* | https:* | mailto:*) continue ;; esac
    [ -e "$(dirname "$document")/${target%%#*}" ] || echo "$document:$line: $target"
  done
done < "$work/documents" > "$work/links"
check "a link to nothing" "$work/links"

# ---- files named in `…`, from the project's folder or one of C by its name alone; capitals, braces and the city of 临江 stand for something ----
find src tests fuzz tools bench -type f 2> /dev/null | sed 's,.*/,,' | sort -u > "$work/names"
cat src/*/*.[ch] src/*/*/*.[ch] 2> /dev/null | sed -n 's/^#include <\([a-z0-9_.]*\)>.*/\1/p' | sort -u >> "$work/names" # of the system
# shellcheck disable=SC2016,SC1083
while IFS= read -r document; do
  grep -no '`[^` ]*`' "$document" | tr -d '`' | while IFS=: read -r line path; do
    case $path in
    *[A-Z{…]* | *+* | *..* | *linjiang*) continue ;;
    src/* | tests/* | docs/* | profiles/* | rules/* | codes/* | tools/* | sample/* | fuzz/* | bench/*)
      for found in $path; do [ -e "$found" ] || [ -e "$(dirname "$document")/$path" ] || [ -f "tests/tools/${path#tests/}.c" ] || echo "$document:$line: $path"; done
      ;;
    */*) ;;
    *\*.c | *\*.h) grep -q "^$(echo "$path" | sed 's/\./\\./g; s/\*/.*/g')$" "$work/names" || echo "$document:$line: $path" ;;
    *.c | *.h) grep -qxF "$path" "$work/names" || echo "$document:$line: $path" ;;
    esac
  done
done < "$work/documents" > "$work/files"
check "a file that is not there" "$work/files"

# ---- commands and options, where heng is called: in blocks of code and in `…` ----
cat src/*.c src/rooms/*/*.c src/rooms/*/*/*.c 2> /dev/null > "$work/sources"
sed -n 's/^ *{"\([a-z]*\( [a-z]*\)\{0,1\}\)", "[^"]*", *".*/\1/p; s/^ *{"\(help\|version\)".*/\1/p' "$work/sources" | sort -u > "$work/commands"
{ grep -o '{"[a-z-]*", \(0\|'"'.'"'\), OPT_' "$work/sources" | sed 's/{"\([a-z-]*\)".*/--\1/'; printf '%s\n' --lang --color --help; } | sort -u > "$work/options"
# shellcheck disable=SC2016
xargs awk '
  FNR == 1 { fence = 0 }
  /^ *```/ { fence = !fence; next }
  fence || /^    / { print FILENAME ":" FNR "\t" $0; next }
  { n = split($0, s, "`"); for (i = 2; i <= n; i += 2) if (s[i] ~ /^(\$ )?heng /) print FILENAME ":" FNR "\t" s[i] }' < "$work/documents" |
  awk -F'\t' -v commands="$work/commands" -v options="$work/options" '
    BEGIN { while ((getline l < commands) > 0) { known[l] = 1; split(l, w, " "); first[w[1]] = 1; if (l ~ / /) pair[w[1]] = 1 } while ((getline l < options) > 0) option[l] = 1 }
    {
      line = $2
      if (line !~ /(^|[ (])heng [a-z]/) next
      gsub(/  +[^ -].*[^ -~].*$/, "", line); sub(/  +#.*$/, "", line)
      if (!match(line, /(^|[ (])heng [a-z]/)) next
      call = substr(line, RSTART); sub(/^[ (]/, "", call); sub(/ \| .*/, "", call); sub(/[;)`].*/, "", call)
      n = split(call, w, " ")
      if (!(w[2] in first)) { print $1 ": " call; next }
      if (pair[w[2]] && n > 2 && w[3] ~ /^[a-z|]+$/) { k = split(w[3], alt, "|"); for (i = 1; i <= k; i++) if (!((w[2] " " alt[i]) in known)) print $1 ": heng " w[2] " " alt[i] }
      for (i = 3; i <= n; i++) { o = w[i]; sub(/^\[/, "", o); if (match(o, /^--[a-z-]+/) && !(substr(o, 1, RLENGTH) in option)) print $1 ": " substr(o, 1, RLENGTH) " in: " call }
    }' > "$work/calls"
check "a command or option that is not there" "$work/calls"

# ---- the fields of a workspace ----
if [ -f profiles/workspace.txt ]; then
  fields . | sed '1d' > "$work/wanted"
  sed -n '/^<!-- fields/,/^<!-- end of fields/p' docs/workspace.md | sed '1,2d;$d' | sed '$d' > "$work/there"
  diff "$work/wanted" "$work/there" > "$work/fields"
  check "docs/workspace.md and profiles/workspace.txt (tests/check/docs.sh --write mends it)" "$work/fields"
  awk -F'|' '/^\| `/ && $5 ~ /^ *$/ && $6 ~ /^ *$/ { print $0 }' "$work/wanted" > "$work/bare"
  check "a field without example or note" "$work/bare"
fi

# ---- the founding document's faults: each error has its row, with as many figures as tests/founding.tsv ----
if [ -f tests/founding.tsv ]; then
  awk -F'\t' '
    FILENAME == ARGV[1] { if (FNR > 1 && $1 ~ /^E/) wanted[$1] = 1; next }
    FILENAME == ARGV[2] { n[$1]++; next }
    /^\| E[0-9]/ { split($0, c, "|"); k = split(c[2], ids, " "); sum = 0; for (i = 1; i <= k; i++) { sum += n[ids[i]]; delete wanted[ids[i]] } if (sum != c[3] + 0) print "line " FNR ": " c[3] + 0 " figures, " sum " in founding.tsv" }
    END { for (id in wanted) print "no row of " id }' tests/founding-errors.tsv tests/founding.tsv docs/founding-faults.md > "$work/faults"
  check "docs/founding-faults.md" "$work/faults"
fi
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
