#!/bin/sh
# forms.sh HENG: forms as data, self-evaluation and monitoring. A third city's forms by data alone; mistakes in forms and in scoring have file, line and
#   column; points worked out by hand; every fault of what was entered is told in its place; the printed forms audited; the budget book does not change.
# One line a failure, "FAIL …", then a count; exit code 1 when one fails.
set -u
heng=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
project=42010022169T000000100

# ---- the workspace with results: figures made up for this test ----
w=$work/w
cp -r "$here/sample/workspace" "$w" && cp "$here"/tests/check/performance/*.csv "$w/"
printf '\n# 年度目标完成情况\n\n公益讲座少办8场，其余完成。\n' >> "$w/texts/projects/$project.md"
"$heng" book check "$w" > "$work/check"
say $? "check: $(tail -1 "$work/check")"
[ "$(grep -c ' W-' "$work/check")" -eq 1 ] && grep -q '^results.csv:4:5: .*W-FAR' "$work/check"
say $? "check: only that 300 of 180 is far beyond the target: $(head -3 "$work/check")"

# ---- points, worked out by hand ----
# 7 + 7×72/80=6.3 + 7 + 7 + 6 + 4.2 + 10×98.5/100=9.85 + 10 + 10×93.3/95=9.82 + 20 = 87.17; money 10×3135000/3300000 = 9.5; together 96.67
"$heng" book evaluate "$w" > "$work/list" 2> /dev/null
grep -q '^E1  *95\.00%  *9\.5  *87\.17  *96\.67 ' "$work/list"
say $? "evaluate: $(grep '^E1' "$work/list")"
"$heng" book evaluate "$w" E1 > "$work/E1" 2> /dev/null
for row in '公益讲座.*≥80场  *72  *7  *6\.3 ' '线上系列宣传.*≥180次  *300  *7  *7$' '陈案积案数.*部分区上升  *6  *4\.2 ' '处置率.*100%  *98\.5  *10  *9\.85 ' \
  '群众满意度.*≥95%  *93\.3%  *10  *9\.82 ' '项目年度支出.*≤330万元  *313\.5  *20  *20$' '^总分  *100  *96\.67$' '年度资金总额  *330\.00  *330\.00  *313\.50  *10  *95\.00%  *9\.5$' \
  '公益讲座少办8场，其余完成'; do
  grep -q "$row" "$work/E1"
  say $? "evaluate E1: no line $row"
done
"$heng" book monitor "$w" M1 > "$work/M1" 2> /dev/null
for row in '年度资金总额  *330\.00  *165\.00  *50\.00%  *330\.00$' '公益讲座.*≥80场  *40  *72  *√  *√  *讲师不足，场地停用  *√'; do
  grep -q "$row" "$work/M1"
  say $? "monitor M1: no line $row"
done

# ---- money out of the versions of the budget, when execution.csv does not say it ----
cp -r "$w" "$work/lines" && rm "$work/lines/execution.csv"
grep ",$project," "$w/budget-lines.csv" | sed 's/二下批复/决算/' > "$work/more"
cat "$work/more" >> "$work/lines/budget-lines.csv"
"$heng" book evaluate "$work/lines" 2> /dev/null | grep -q '^E1  *100\.00%  *10  *87\.17  *97\.17 '
say $? "evaluate: lines of 决算 are what was executed: $("$heng" book evaluate "$work/lines" 2> /dev/null | grep '^E1')"

# ---- faults: FILE LINE SED ID PLACE ----
fault() {
  rm -rf "$work/f" && cp -r "$w" "$work/f"
  sed "$2$3" "$w/$1" > "$work/f/$1"
  cmp -s "$w/$1" "$work/f/$1" && say 1 "the fault $3 changes nothing"
  "$heng" book check "$work/f" > "$work/out"
  grep -q "^$1:$5: .*$4" "$work/out"
  say $? "$1 $3: $4 at $5 wanted: $(grep -v '^results.csv:4:5:' "$work/out" | head -2 | tr '\n' ' ')"
}
fault results.csv 3 's/≥80场/≥70场/' W-TARGET 3:3
fault results.csv 3 's/,因场地.*/,/' W-REASON 3:8
fault results.csv 7 's/4.2/4.8/' W-SCORE 7:7
fault results.csv 7 's/4.2/3.5/' W-SCORE 7:7
fault results.csv 7 's/,4.2,/,,/' W-SCORE 7:7
fault results.csv 7 's/部分达成//' W-SCORE 7:6
fault results.csv 2 's/,15,/,基本完成,/' W-SCORE 2:5
fault results.csv 2 's/,15,/,15人,/' W-SCORE 2:5
fault results.csv 2 's/,7,15,/,7.555,15,/' W-SCORE 2:4
fault results.csv 2 's/,7,15,,,/,7,15,,7.1,/' W-SCORE 2:7
fault results.csv 2 's/,7,15,,,/,7,15,,6,/' W-REASON 2:8
fault results.csv 2 's/,7,/,8,/' W-WEIGHTS 2:4
fault results.csv '' '2s/,7,/,8,/;11s/,20,/,19,/' W-WEIGHTS 2:4
fault results.csv 2 's/1-Y1/1-L1/' W-REF 2:1
fault results.csv 2 's/1-Y1,1/1-Y1,99/' W-REF 2:2
fault results.csv 11 d W-RESULT 2
fault monitoring.csv 11 d W-RESULT 2
fault execution.csv 2 's/3300000/3200000/' W-INITIAL 2:4
fault execution.csv 2 's/3135000/3335000/' W-EXECUTED 2:6
fault execution.csv 3 's/,3300000.00$/,1500000.00/' W-EXECUTED 3:7
fault execution.csv 2 's/^[0-9T]*/42010022169T999999999/' W-REF 2:1
fault monitoring.csv 3 's/有可能/确定能/' W-POSSIBILITY 3:8
fault monitoring.csv 3 's/讲师不足，场地停用//' W-REASON 3:7
fault monitoring.csv 3 's/人员保障/天气/' W-CHOICE 3:6
fault monitoring.csv 3 's/有可能/也许/' W-CHOICE 3:8
fault monitoring.csv 2 's/,,8,/,16场,8,/' W-TARGET 2:3

rm -rf "$work/f" && cp -r "$w" "$work/f" && sed 2d "$w/execution.csv" > "$work/f/execution.csv"
"$heng" book check "$work/f" | grep -q '^results.csv:2: .*W-EXECUTED'
say $? "execution.csv without the year: not told"

# ---- printed: the same bytes twice; the audit reads the forms and finds nothing in them ----
for format in pdf docx xlsx json; do
  "$heng" book evaluate "$w" -o "$work/e.$format" 2> /dev/null && "$heng" book evaluate "$w" -o "$work/e2.$format" 2> /dev/null && cmp -s "$work/e.$format" "$work/e2.$format"
  say $? "evaluate -o e.$format: not written, or two runs differ"
  "$heng" book monitor "$w" -o "$work/m.$format" 2> /dev/null
  say $? "monitor -o m.$format"
  [ $format = json ] && continue
  "$heng" read --facts "$work/e.$format" > "$work/facts" && [ "$(awk -F'\t' '$2 == "review" && $4 == "群众满意度" && $5 == "score"' "$work/facts" | grep -c '9\.82')" -gt 0 ]
  say $? "e.$format: the score of 群众满意度 is not read again"
  "$heng" audit "$work/e.$format" > "$work/audit"
  grep -q ' [SP]-[A-Z]' "$work/audit"
  [ $? -eq 1 ]
  say $? "e.$format: $(grep -A1 ' [SP]-[A-Z]' "$work/audit" | head -2 | tr '\n' ' ')"
done

# ---- the budget book does not change, and results are not published with it ----
"$heng" book print "$here/sample/workspace" -o "$work/a.json" 2> /dev/null && "$heng" book print "$w" -o "$work/b.json" 2> /dev/null && cmp -s "$work/a.json" "$work/b.json"
say $? "the book differs once results are entered"
"$heng" book publish "$w" -o "$work/published" > /dev/null && [ ! -e "$work/published/results.csv" ] && [ -s "$work/published/goals.csv" ]
say $? "publish: results.csv went with the budget"
"$heng" book check "$here/sample/workspace" | grep -qE 'W-(SCORE|RESULT|REASON|WEIGHTS|EXECUTED)'
[ $? -eq 1 ]
say $? "a workspace without results is asked for them"

# ---- a third city's forms, by data alone ----
mkdir "$work/data" && cp -r "$here/profiles" "$here/codes" "$here/rules" "$work/data/" || exit 2
p=$work/data/profiles
sed 's/^layout wuhan/layout linjiang/' "$here/profiles/wuhan.layout" > "$p/linjiang.layout" && cp "$p/wuhan.narrative" "$p/linjiang.narrative"
cat > "$p/linjiang.forms" << 'END'
forms linjiang
amount 当年 = spending
amount 本年拨款 as 财政安排 = spending source 11 12 13
part 表尾
row
  head 2 填表说明
  text * 金额为当年预算
end part
form T12 project for projects
kind project-head
number 附表{序号}
title 项目支出绩效目标表
unit 单位：元
scale 元 2
columns 10 20 20 20 10
row
  head 2x2 项目
  text * {项目名称}（{执行单位}）
row
  money 2 当年
  share 1 本年拨款 of 当年
each level1 annual
  block
    head 1x* {一级指标}
    each indicator annual
      row
        text 2 {三级指标}
        centre 1 {指标值}
        text 1 {目标名称}
    end
  end
otherwise
  row
    text * 没有指标
end
use 表尾
END
HENG_DATA=$work/data "$heng" book show "$here/sample/workspace" T12-1 --profile linjiang > "$work/city" 2>&1
say $? "a third city: $(head -2 "$work/city" | tr '\n' ' ')"
grep -q '^附表1  项目支出绩效目标表  单位：元' "$work/city" && grep -q '3,300,000.00  100.00%' "$work/city" && grep -q '群众满意度  *≥95%  *稳定金融（年度）' "$work/city" && grep -q '金额为当年预算' "$work/city"
say $? "a third city: another table: $(head -5 "$work/city" | tr '\n' '|')"
sed 's/部门整体支出绩效自评表/临江自评表/' "$p/performance.forms" > "$p/linjiang-performance.forms"
HENG_DATA=$work/data "$heng" book evaluate "$w" E0 --profile linjiang 2> /dev/null | grep -q 临江自评表
say $? "a third city: its own form of self-evaluation"

# ---- mistakes in a file of forms: LINE SED PLACE ----
mistake() {
  sed "$1$2" "$here/profiles/performance.forms" > "$p/linjiang-performance.forms"
  cmp -s "$here/profiles/performance.forms" "$p/linjiang-performance.forms" && say 1 "the mistake $2 changes nothing"
  HENG_DATA=$work/data "$heng" book evaluate "$w" --profile linjiang > /dev/null 2> "$work/err"
  code=$?
  [ $code -ge 2 ] && grep -q "linjiang-performance.forms:$3" "$work/err"
  say $? "forms, $2: $3 wanted: $(head -1 "$work/err") ($code)"
}
line() { grep -n -m1 -- "$1" "$here/profiles/performance.forms" | cut -d: -f1; }
mistake "$(line '^amount 全年预算')" 's/adjusted/ajusted/' "$(line '^amount 全年预算'):15"
mistake "$(line 'text . {年度目标}')" 's/年度目标/年度旗标/' "$(line 'text . {年度目标}'):"
mistake "$(line 'each level2')" 's/level2/level3/' "$(line 'each level2'):"
mistake "$(line 'money 1 年初预算')" 's/money 1/money 99/' "$(line 'money 1 年初预算'):"
mistake "$(line 'money 1 年初预算')" 's/年初预算/年初预计/' "$(line 'money 1 年初预算'):"
mistake "$(line '^form E0')" 's/once/twice/' "$(line '^form E0'):9"
mistake "$(line '^form E0')" 's/evaluate/estimate/' "$(line '^form E0'):18"
mistake "$(line '^use 自评指标')" 's/自评指标/自评标/' "$(line '^use 自评指标'):5"
mistake "$(line '三级指标}')" 's/text 1/text 1x/' "$(line '三级指标}'):"
mistake '1i' "$(printf '\\\nrow')" '1:'
rm "$p/linjiang-performance.forms"
sed 's/效益指标 30/效益指标 20/' "$p/performance.scoring" > "$p/wuhan-performance.scoring"
HENG_DATA=$work/data "$heng" book check "$w" > /dev/null 2> "$work/err"
[ $? -ge 2 ] && grep -q 'wuhan-performance.scoring:[0-9]' "$work/err"
say $? "scoring that is not 100: $(head -1 "$work/err")"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
