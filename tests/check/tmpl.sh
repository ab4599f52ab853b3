#!/bin/sh
# tmpl.sh: what tools/mktmpl takes and refuses, what the compiler then refuses, and what a page of it prints.
# shellcheck disable=SC2015
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
ok() { passed=$((passed + 1)); }
bad() {
  failed=$((failed + 1))
  echo "FAIL $*"
}
cc=${CC:-cc}
$cc -std=c17 -D_GNU_SOURCE -o "$work/mktmpl" "$root/tools/mktmpl.c" || exit 1
cat > "$work/thing.h" << 'END'
#ifndef THING_H
#define THING_H
#include "html/ui.h"
struct thing { const char *name; struct sv text; int64_t number; double real; struct html_raw raw; };
#endif
END
# make TEMPLATE-BODY: a page of one line or more.
make() {
  printf '@use "thing.h"\n@page page(const struct thing *t)\n%s\n' "$1" > "$work/x.html"
  "$work/mktmpl" x "$work/x_html.h" "$work/x_html.c" "$work/x.html" > "$work/said" 2>&1
}
compile() {
  $cc -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$work" -I"$root/src" -c -o "$work/x.o" "$work/x_html.c" > "$work/said" 2>&1
}
# refused WHAT BODY: by mktmpl, with file and line.
refused() {
  if make "$2"; then bad "$1 was taken"; elif grep -q 'x.html:[0-9]*: ' "$work/said"; then ok; else bad "$1: without file and line: $(cat "$work/said")"; fi
}
# not_c WHAT BODY: by the compiler, which names the template.
not_c() {
  make "$2" || { bad "$1: $(cat "$work/said")"; return; }
  if compile; then bad "$1 compiles"; elif grep -q 'x.html' "$work/said"; then ok; else bad "$1: the compiler does not name the template"; fi
}
refused "a value without quotes" '<a href={{t->name}}>'
refused "a value without quotes, plain" '<a href=x>'
refused "a name of an element" '<{{t->name}}>'
refused "a name of an attribute" '<a {{t->name}}="x">'
refused "a script" '<script>x</script>'
refused "a style" '<style>x</style>'
refused "a handler" '<a onclick="{{t->name}}">'
refused "a style attribute" '<a style="x">'
refused "half an address" '<a href="{{t->name}}/x">'
refused "within a comment" '<!-- {{t->name}} -->'
refused "not closed" '<p>{{t->name</p>'
refused "one language" '<p>{_ 中文 _}</p>'
refused "a page that ends within a tag" '<a href="x"'
refused "C within a tag" "$(printf '<a\n%% int x;\n>')"
refused "words in an address" '<a href="{_ 中 | x _}">'
not_c "a field that is not there" '<p>{{t->nothing}}</p>'
not_c "a type that is not known" '<p>{{t->real}}</p>'
not_c "markup in a value" '<a title="{{t->raw}}">x</a>'
not_c "markup in an address" '<a href="{{t->raw}}">x</a>'
make '<p title="{{t->name}}" class='"'"'{{t->text}}'"'"'><a href="{{t->name}}">{{t->text}}</a> <a href="/x/{{t->number}}?q={{t->name}}">{_ 中文 | English _}</a></p>
% if (t->number > 1) {
<b>{{t->number}}</b>
% }
{{t->raw}}' && compile && ok || bad "a good page: $(cat "$work/said")"
cat > "$work/main.c" << 'END'
#include "x_html.h"
#include <stdlib.h>
int main(void) {
  struct buf b;
  buf_init(&b, 65536);
  struct thing t = {"javascript:\"<x>'&", SV("<b>\"'"), 7, 0, {SV("<i>")}};
  page(&b, &t);
  fwrite(b.p, 1, b.n, stdout);
  buf_release(&b);
  return 0;
}
END
base=$(ls "$root"/src/base/*.c)
# shellcheck disable=SC2086
if $cc -std=c17 -D_GNU_SOURCE -I"$work" -I"$root/src" -o "$work/run" "$work/main.c" "$work/x_html.c" "$root/src/html/html.c" $base -lm > "$work/said" 2>&1; then
  "$work/run" > "$work/page"
  cat > "$work/wanted" << 'END'
<p title="javascript:&quot;&lt;x&gt;&#39;&amp;" class='&lt;b&gt;&quot;&#39;'><a href="#">&lt;b&gt;&quot;&#39;</a> <a href="/x/7?q=javascript%3A%22%3Cx%3E%27%26">中文</a></p>
<b>7</b>
<i>
END
  if cmp -s "$work/page" "$work/wanted"; then ok; else bad "the page: $(cat "$work/page")"; fi
else
  bad "it does not link: $(cat "$work/said")"
fi
for file in "$root"/src/rooms/*/html/*.html; do
  if "$work/mktmpl" x "$work/y.h" "$work/y.c" "$file" > "$work/said" 2>&1; then ok; else bad "$(cat "$work/said")"; fi
done
echo "templates: $passed passed, $failed failed"
[ $failed -eq 0 ]
