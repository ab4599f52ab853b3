#!/bin/sh
# arguments.sh HENG: every command of `heng book` called wrongly: the exit code (2 called wrongly, 3 cannot be read or written), one plain message that
#   says what is wrong and what there is, nothing on standard output, nothing written, no words of the system's in Chinese text.
# One line a check that fails, "N passed, N failed" at the end; exit code 1 when one fails.
set -u
heng=$(realpath "$1")
here=$(cd "$(dirname "$0")/../.." && pwd)
sample=$here/sample/workspace
work=$(mktemp -d) || exit 2
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
passed=0 failed=0
say() { if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi; }
cd "$work" || exit 2
mkdir empty
echo text > file
cp -r "$sample" w
state() { find . -type f ! -name out ! -name err -exec cksum {} + | sort; }
# EXIT WORDS arguments…: WORDS is a pattern that the message must hold
wrong() {
  code=$1 words=$2
  shift 2
  before=$(state)
  "$heng" book "$@" > out 2> err < /dev/null
  got=$?
  [ $got -eq "$code" ] && grep -q "^heng: .*$words" err && [ ! -s out ] && ! grep -q 'No such file\|Not a directory\|Is a directory' err && [ "$before" = "$(state)" ]
  say $? "heng book $*: exit code $got, not $code, or without '$words': $(head -2 err | tr '\n' ' ')"
}

for command in check ask show evaluate monitor text versions watch; do
  wrong 3 '没有文件夹 none：.*heng book new' $command none
  wrong 3 'file 是文件，不是文件夹；' $command file
  [ $command = watch ] || wrong 3 'empty 不是工作区：.*heng book new' $command empty
  wrong 2 'heng book '$command' 文件夹' $command
  wrong 2 '没有选项 --bogus；用 --help' $command w --bogus
done
wrong 3 '没有文件夹 none' print none -o x.pdf
wrong 3 '没有文件夹 none' publish none -o x
wrong 3 '没有文件夹 none' why none T5-1 2170101
wrong 3 '没有文件夹 none' import none file
wrong 3 '没有文件夹 none' template none -o x.xlsx
wrong 3 '没有文件夹 none' merge x none w
wrong 3 '没有文件夹 none' new x --last none
wrong 2 '没有子命令 frob；有：.*check.*publish' frob
wrong 2 '没有表 T99；有：.*T5-1' show w T99
wrong 2 'T5-1 没有行 9999999' why w T5-1 9999999
wrong 2 'T5-1 没有列 foo；有：' why w T5-1 2170101 foo
for command in show check print publish; do
  case $command in print) set -- -o x.pdf ;; publish) set -- -o x ;; *) set -- ;; esac
  wrong 2 '没有“三上”这一版预算；有：二下批复' $command w "$@" --version 三上
  [ $command = check ] || wrong 2 '没有城市格式 beijing；有：.*shanghai.*wuhan' $command w "$@" --profile beijing
  wrong 2 '没有编码为 999 的单位；有：.*169001' $command w "$@" --unit 999
done
wrong 2 '没有城市格式 ../wuhan；' show w --profile ../wuhan
wrong 2 '没有城市格式 beijing；有：' new x --profile beijing
wrong 2 '应为：heng book print 文件夹 -o' print w
wrong 2 '应为：heng book publish 文件夹 -o' publish w
wrong 2 '名字要以 .pdf' print w -o x.odt
wrong 2 '名字要以 .pdf' print w -o empty
wrong 3 'none/x.pdf: 不能写：' print w -o none/x.pdf
wrong 2 'file 不是文件夹' publish w -o file
wrong 2 '不是公开过的预算书；请换一个文件夹' publish w -o w
wrong 2 '已经在，而且不是空文件夹' new w
wrong 2 '要一个整数' new x --year abcd
wrong 2 '四位数' new x --year 1800
wrong 3 'none.xlsx: 打不开文件：' import w none.xlsx
wrong 3 '请另存为 .xlsx' import w file
wrong 3 'none.docx: 打不开文件：' import w --edited none.docx
wrong 3 'none.pdf: 打不开文件：' import w --published none.pdf
wrong 2 '只能是 text|csv|json' show w T5-1 -f pdf
wrong 2 '应为：heng book template' template w -o x.csv
wrong 2 '应为：heng book merge' merge x
# A folder that may only be read: whoever is root may write it all the same.
if [ "$(id -u)" -ne 0 ]; then
  mkdir shut && chmod a-w shut
  wrong 3 '不能写：没有权限' print w -o shut/x.pdf
  chmod -R a-w w
  "$heng" book check w > out 2> err
  say $? "a workspace that may only be read is checked: $(cat err)"
  wrong 3 '没有权限' import w --codes --apply
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
