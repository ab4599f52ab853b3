#!/bin/sh
# cases.sh RUNNER: can the runner of cases fail? Cases that are right and cases that are wrong, with a program made up for it.
set -u
runner=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
cat > heng << 'END'
#!/bin/sh
# say TEXT…, copy FROM TO, fail CODE, sanitize
case $1 in
say) shift; printf '%s\n' "$@" ;;
copy) cat "$2" > "$3" ;;
fail) echo "went wrong" >&2; exit "$2" ;;
die) kill -9 $$ ;;
sanitize) echo "x.c:1:2: runtime error: signed integer overflow" >&2 ;;
esac
END
chmod +x heng
mkdir right wrong
passed=0 failed=0
right() { cat > "right/$1.case"; }
wrong() { cat > "wrong/$1.case"; echo "$2" > "wrong/$1.expect"; }

right contains << 'END'
words before
--- command
heng say 'one two' three
--- exit
0
--- stdout contains
two
three
--- stdout lacks
four
--- stderr is
END
right input << 'END'
--- input deep/folder/in.txt
a	b

\--- c
--- command
heng copy deep/folder/in.txt out.txt
wc -l < out.txt
--- exit
0
--- file out.txt is
a	b

\--- c
--- file out.txt contains
\--- c
--- stdout contains
3
END
right codes << 'END'
--- command
heng fail 3
--- exit
1 3
--- stderr contains
wrong
END
right needs << 'END'
--- needs
sh
no-such-program-at-all
--- command
heng fail 3
--- exit
0
END
wrong exit 'exit code is 3, expected: 0' << 'END'
--- command
heng fail 3
--- exit
0
END
wrong signal 'exit code is 137' << 'END'
--- command
heng die
--- exit
0
END
wrong contains 'stdout does not contain: two' << 'END'
--- command
heng say one
--- exit
0
--- stdout contains
one
two
END
wrong lacks 'stdout must not contain: one' << 'END'
--- command
heng say one
--- exit
0
--- stdout lacks
one
END
wrong is '-two' << 'END'
--- command
heng say one
--- exit
0
--- stdout is
two
END
wrong stderr 'stderr is not as expected' << 'END'
--- command
heng fail 3
--- exit
3
--- stderr is
END
wrong file 'out.txt cannot be read' << 'END'
--- command
heng say one
--- exit
0
--- file out.txt contains
one
END
wrong sanitizer 'report of a sanitizer' << 'END'
--- command
heng sanitize
--- exit
0
END
wrong section 'section.case:5: not a section' << 'END'
--- command
heng say one
--- exit
0
--- stdout containing
one
END
wrong outside 'outside.case:1: not a section' << 'END'
--- input ../x
one
--- command
heng say one
--- exit
0
END
wrong nothing 'nothing.case:5: names nothing' << 'END'
--- command
heng say one
--- exit
0
--- stdout contains
END
wrong noexit 'exactly one section "--- exit"' << 'END'
--- command
heng say one
END

say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "cases.sh: $2"; fi
}
"$runner" ./heng right > out
say $? "right cases fail: $(cat out)"
[ "$(tail -n 1 out)" = "cases: 3 passed, 0 failed, 1 skipped" ]
say $? "right cases: $(tail -n 1 out)"
for expect in wrong/*.expect; do
  case=${expect%.expect}.case
  "$runner" ./heng "$case" > out
  code=$?
  [ "$code" -eq 1 ] && grep -qF -e "$(cat "$expect")" out && [ "$(tail -n 1 out)" = "cases: 0 passed, 1 failed, 0 skipped" ]
  say $? "$case: exit code $code, not \"$(cat "$expect")\" but: $(cat out)"
done
mkdir none
"$runner" ./heng none > out
[ $? -eq 1 ]
say $? "no case at all reads as passed"
mkdir tmp
TMPDIR=$work/tmp "$runner" ./heng right > out
[ -z "$(find tmp -mindepth 1)" ]
say $? "folders are left behind"
echo "cases.sh: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
