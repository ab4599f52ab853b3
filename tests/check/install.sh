#!/bin/sh
# install.sh FOLDER: installs what FOLDER built into an empty place and uses it from there: everything is there, and the program finds its
# data beside itself, wherever that is.
set -u
folder=$1
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAIL install: $2"; fi
}
DESTDIR=$work/first meson install -C "$folder" --no-rebuild > "$work/log" 2>&1
say $? "$(tail -n 20 "$work/log")"
prefix=$(meson introspect "$folder" --buildoptions | tr '{' '\n' | sed -n 's/.*"name": "prefix".*"value": "\([^"]*\)".*/\1/p')
for file in bin/heng share/man/man1/heng.1 share/man/zh_CN/man1/heng.1 share/bash-completion/completions/heng.bash \
  share/heng/profiles/kinds.txt share/heng/codes/functional.tsv \
  share/doc/heng/LICENSE share/doc/heng/README.md share/doc/heng/README.zh.md share/doc/heng/CHANGELOG.md; do
  [ -s "$work/first$prefix/$file" ]
  say $? "no $prefix/$file"
done
[ -n "$(find "$work/first$prefix/share/heng/rules" -name '*.rules' 2> /dev/null)" ]
say $? "no rules in $prefix/share/heng/rules"
mv "$work/first" "$work/second" # so that nothing can lead back to where it was built or installed
heng=$work/second$prefix/bin/heng
cd "$work" || exit 2
"$heng" version > out 2>&1 && grep -q '^heng [0-9]' out
say $? "heng version: $(cat out)"
"$heng" rules list > out 2>&1 && [ -s out ]
say $? "heng rules list: $(head -n 5 out)"
"$heng" codes check > out 2>&1
say $? "heng codes check: $(head -n 5 out)"
printf '甲市财政局2023年部门预算\n表一\t收入总表\n' > book.txt
"$heng" audit book.txt > out 2>&1
say $? "heng audit of a text without tables: exit code $?: $(head -n 5 out)"
mv "$work/second$prefix/share/heng" "$work/second$prefix/share/elsewhere"
"$heng" rules list > out 2>&1
[ $? -eq 3 ] || [ -d "$prefix/share/heng" ] # unless it is also installed on this machine
say $? "without its data the program does not end with 3: it found others: $(head -n 3 out)"
HENG_DATA=$work/second$prefix/share/elsewhere "$heng" rules list > out 2>&1
say $? "HENG_DATA is not followed: $(head -n 5 out)"
for page in man1 zh_CN/man1; do
  LC_ALL=C.UTF-8 man --warnings -l "$work/second$prefix/share/man/$page/heng.1" > out 2> errors && [ -s out ] && [ ! -s errors ]
  say $? "man page $page: $(head -n 5 errors)"
done
cat > complete.bash << 'END'
source "$1"
words() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); _heng; echo "${COMPREPLY[*]}"; }
set -e
[ "$(words heng au)" = audit ]
words heng audit --form | grep -qx -e --format
words heng audit --format js | grep -qx json
words heng rules sh | grep -qx show
END
bash complete.bash "$work/second$prefix/share/bash-completion/completions/heng.bash" > out 2>&1
say $? "bash completion: $(head -n 5 out)"
echo "install: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
