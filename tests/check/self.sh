#!/bin/sh
# self.sh: can the checks fail? Each runs over a small made-up project that is right, and over the same with one thing planted.
set -u
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

# A project of one file a folder, all right.
fresh() {
  rm -rf "$work/p"
  mkdir -p "$work/p/src/base" "$work/p/src/document" "$work/p/src/rule" "$work/p/src/db" "$work/p/src/rooms/codes" "$work/p/src/rooms/budget" \
    "$work/p/src/rooms/audit" "$work/p/src/rooms/portal" "$work/p/tests" "$work/p/fuzz" "$work/p/tools"
  for thing in base/text document/document rule/rule db/db rooms/codes/codes rooms/budget/budget rooms/audit/audit rooms/portal/portal; do
    name=$(basename $thing)
    guard=$(echo "HENG_$name" | tr '[:lower:]' '[:upper:]')_H
    printf '/* %s.h: a header. */\n#ifndef %s\n#define %s\nint %s_count(void);\n#endif\n' "$name" "$guard" "$guard" "$name" > "$work/p/src/$thing.h"
    printf '/* %s.c: a file. */\n#include "%s.h"\n\nint %s_count(void) {\n  return 1;\n}\n' "$name" "$thing" "$name" > "$work/p/src/$thing.c"
  done
  printf '/* main.c: the program. */\n#include "rooms/audit/audit.h"\n#include <stdlib.h>\n\nint main(void) {\n  exit(audit_count());\n}\n' > "$work/p/src/main.c"
  printf '/* internal.h: not for others. */\n#ifndef HENG_INTERNAL_H\n#define HENG_INTERNAL_H\n#endif\n' > "$work/p/src/document/internal.h"
  printf '/* test_text.c: a test. */\nint main(void) {\n  return 0;\n}\n' > "$work/p/tests/test_text.c"
}

say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "self.sh: $2"; fi
}

# right CHECK / wrong CHECK PIECE: what CHECK must make of the project as it is now.
right() {
  sh "$here/$1.sh" "$work/p" > "$work/out" 2>&1
  say $? "$1 complains of a project that is right: $(cat "$work/out")"
}
wrong() {
  sh "$here/$1.sh" "$work/p" > "$work/out" 2>&1
  code=$?
  [ "$code" -ne 0 ] && [ "$code" -ne 77 ] && grep -qF -e "$2" "$work/out"
  say $? "$1 does not say \"$2\" (exit code $code): $(cat "$work/out")"
}
# include FILE HEADER…: plants includes after the first line.
include() {
  file=$work/p/src/$1
  shift
  for header; do sed -i "1a #include $header" "$file"; done
}
# lines N: so many lines of code.
lines() {
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) print "  n++;" }'
}

fresh
include rooms/budget/budget.c '"rooms/codes/codes.h"' '"document/document.h"' '<zlib.h>'
include rooms/audit/audit.c '"rooms/budget/budget.h"' '"rooms/portal/portal.h"' '"db/db.h"'
include db/db.c '<sqlite3.h>'
include document/document.c '<zip.h>' '"document/internal.h"'
include rule/rule.c '"document/document.h"'
printf 'int text_more(void) {\n  const char *s = "sprintf(x) /* exit(1)"; /* strcpy(a, b) */\n  // gets(x)\n  return s[0] + my_exit(1) + p->exit(1) + '"'\"'"';\n}\n' >> "$work/p/src/base/text.c"
right edges
right banned
fresh
right headers
right lengths
while read -r file header; do
  fresh
  include "$file" "$header"
  wrong edges "may not use"
done << 'END'
base/text.c "document/document.h"
document/document.c "rule/rule.h"
document/document.c "rooms/codes/codes.h"
rule/rule.c "db/db.h"
db/db.c "document/document.h"
rule/rule.h "rooms/audit/audit.h"
END
fresh && include rooms/audit/audit.c '"document/internal.h"' && wrong edges "not a public header of document"
fresh && : > "$work/p/src/rooms/budget/view.h" && include rooms/audit/audit.c '"rooms/budget/view.h"' && wrong edges "not a public header of rooms/budget"
fresh && include rooms/codes/codes.c '"rooms/budget/budget.h"' && wrong edges "against codes"
fresh && include rooms/portal/portal.h '"rooms/audit/audit.h"' && include rooms/audit/audit.c '"rooms/portal/portal.h"' && wrong edges "circle"
fresh && include rooms/audit/audit.c '<sqlite3.h>' && wrong edges "only db/"
fresh && include rooms/budget/budget.c '<libxml/parser.h>' && wrong edges "only document/"
fresh && include db/db.c '<zip.h>' && wrong edges "only document/"
fresh && include base/text.c '"nothing.h"' && wrong edges "no such file"
fresh && include base/text.c '"../document/document.h"' && wrong edges "goes up"
for call in 'sprintf(b, "x")' 'strcpy (b, "x")' 'exit(1)' 'abort()' 'localtime(&t)' 'return "\"" + atoi(b)'; do
  fresh
  printf 'void f(void) {\n  /* x */ %s;\n}\n' "$call" >> "$work/p/src/rule/rule.c"
  wrong banned "src/rule/rule.c:8: "
done
fresh && printf 'void f(void) {\n  strtok(0, "x");\n}\n' >> "$work/p/tests/test_text.c" && wrong banned "tests/test_text.c:6: strtok()"
fresh && { printf 'int long_one(int n) {\n' && lines 119 && printf '}\n'; } >> "$work/p/src/rule/rule.c" && wrong lengths "over 120): 121 src/rule/rule.c:7 long_one"
fresh && { printf 'int long_one(int n) {\n' && lines 118 && printf '}\n'; } >> "$work/p/src/rule/rule.c" && right lengths
fresh && yes '/* x */' | head -n 995 >> "$work/p/src/rule/rule.c" && wrong lengths "over 1000): 1001 src/rule/rule.c"
fresh && yes '/* x */' | head -n 146 >> "$work/p/src/rule/rule.h" && wrong lengths "over 150): 151 src/rule/rule.h"
fresh && yes '/* x */' | head -n 146 >> "$work/p/src/document/internal.h" && right lengths
fresh && sed -i 1d "$work/p/src/rule/rule.c" && wrong headers "rule.c:1: does not begin"
fresh && sed -i '/#define/d' "$work/p/src/rule/rule.h" && wrong headers "no guard"
fresh && sed -i '3a size_t rule_size(void);' "$work/p/src/rule/rule.h" && wrong headers "does not compile alone"
fresh
printf '    {"book show", "FOLDER", "x", "y",\n    {"last", 0, OPT_TEXT,\n' >> "$work/p/src/rooms/audit/audit.c"
cp "$work/p/src/rooms/audit/audit.c" "$work/audit.c"
document() { fresh && cp "$work/audit.c" "$work/p/src/rooms/audit/audit.c" && printf '%s\n' "$@" > "$work/p/README.md"; }
# shellcheck disable=SC2016
{
  document 'See [text](src/base/text.h), `src/rule/rule.c`, `text.c`, `src/NAME.c`.' '' '    heng book show FOLDER --last X'
  right docs
  document '[text](src/base/nothing.h)' && wrong docs "README.md:1: src/base/nothing.h"
  document '`src/rule/nothing.c`' && wrong docs "README.md:1: src/rule/nothing.c"
  document '`nothing.c`' && wrong docs "README.md:1: nothing.c"
  document '' '    $ heng book shw FOLDER' && wrong docs "README.md:2: heng book shw"
  document '`heng book show FOLDER --lst X`' && wrong docs "README.md:1: --lst"
}
echo "self.sh: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
