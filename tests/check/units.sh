#!/bin/sh
# units.sh HENG TESTS: a department's book and its units' own; workspaces of units merged; the year chain. TESTS: the folder of wsmake and unitsum.
# One line a check that fails, "N passed, N failed" at the end; exit code 1 when one fails.
set -u
heng=$1 tests=$2
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() { if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi; }
same() { if [ "$1" = "$2" ]; then say 0 ''; else say 1 "$3: $1, not $2"; fi; }
make() { "$heng" book new "$1" --year 2023 > /dev/null && mkdir -p "$1/texts/projects" && "$tests/wsmake" "$1" "$2" ${3:+"$3"} > /dev/null; }

# Every cell of the department's tables is the sum of the units' books.
"$tests/unitsum" "$here/sample/workspace" > "$work/said" 2>&1
say $? "sample: $(tail -1 "$work/said")"
for seed in 3 4 5 6 7 8 9 10 21 22 23 24; do
  make "$work/d$seed" $seed && "$tests/unitsum" "$work/d$seed" > "$work/said" 2>&1 && "$tests/unitsum" "$work/d$seed" shanghai >> "$work/said" 2>&1
  say $? "seed $seed: $(tail -1 "$work/said")"
done

# A unit's own book: its name, its lines and nobody else's, also in what is published.
w=$work/w
cp -r "$here/sample/workspace" "$w"
"$heng" book show "$w" --unit 169002 | head -1 | grep -q '^武汉市金融发展促进中心2023年部门预算$'
say $? 'unit: the title'
! "$heng" book show "$w" --unit 169009 > /dev/null 2> "$work/err" && grep -q 169002 "$work/err"
say $? "unit: a code that is none must be refused with those that are: $(cat "$work/err")"
mkdir -p "$w/texts/units/169002"
for text in part1-duties part1-units annual-tasks; do echo '为金融发展提供服务。' > "$w/texts/units/169002/$text.md"; done
printf '# 长期目标\n\n服务持续改善。\n\n# 年度目标\n\n完成全年工作。\n' > "$w/texts/units/169002/overall-goal.md"
printf 'U-L1,169002,长期,1,长期目标1,服务持续改善。\nU-Y1,169002,年度,1,年度目标1,完成全年工作。\n' >> "$w/goals.csv"
printf 'U-L1,1,产出指标,数量指标,服务企业家数,≥,10,家,,,计划标准\nU-Y1,1,产出指标,数量指标,服务企业家数,≥,10,家,,,计划标准\n' >> "$w/indicators.csv"
sed '1s/$/,unit/; 2,$s/$/,/' "$w/causes.csv" > "$work/causes" && cp "$work/causes" "$w/causes.csv"
"$heng" book ask "$w" --unit 169002 --format csv | sed 's/^\xEF\xBB\xBF//' | awk -F'"' 'NR > 1 && $2 !~ /csv|texts/ { print $2 ",新设单位，首次编制预算,169002" }' >> "$w/causes.csv"
"$heng" book publish "$w" --unit 169002 -o "$work/unit" > "$work/said" 2>&1
say $? "unit: publishing: $(head -3 "$work/said" | tr '\n' ' ')"
[ -s "$work/unit/budget-lines.csv" ] && ! grep -q 169001 "$work/unit"/*.csv "$work/unit"/tables/*.csv
say $? "unit: lines of another unit are published"
"$heng" book check "$work/unit" > "$work/said"
same "$(tail -1 "$work/said" | grep -o '^错误 [0-9]*')" '错误 0' 'unit: the published data as a workspace'
"$heng" book check "$w" > /dev/null
say $? 'department: the units goals and causes beside it'

# Workspaces of units merged: sums hold, conflicts are told and nothing is written.
for seed in 11 12 13; do make "$work/u$seed" $seed 1; done
! "$heng" book merge "$work/m" "$work/u11" "$work/u12" > /dev/null 2>&1 && [ ! -e "$work/m" ]
say $? 'merge: departments without one above them must be refused'
"$heng" book merge "$work/m" "$work/u11" "$work/u12" "$work/u13" --code 900 --body 江城市某局 > "$work/said" 2> "$work/notes"
say $? "merge: $(cat "$work/said")"
grep -q '支出合计 \([0-9,.]*\) 元，各文件夹相加 \1 元' "$work/said"
say $? "merge: the sum: $(cat "$work/said")"
"$tests/unitsum" "$work/m" > "$work/said" 2>&1
say $? "merge: $(tail -1 "$work/said")"
same "$("$heng" book check "$work/m" | tail -1 | grep -o '^错误 [0-9]*')" '错误 0' 'merge: errors'
cp -r "$work/u12" "$work/v"
sed 's/行政运行/行政运营/' "$work/u12/functions.csv" > "$work/v/functions.csv"
"$heng" book merge "$work/m2" "$work/u11" "$work/v" --code 900 --body 江城市某局 > "$work/said" 2>&1
[ $? -eq 1 ] && [ ! -e "$work/m2" ] && grep -q 'v/functions.csv:[0-9]*: .*行政运营.*u11/functions.csv:[0-9]*.*行政运行' "$work/said"
say $? "merge: two names of a code must be told: $(head -1 "$work/said")"
cp -r "$work/u11" "$work/again"
"$heng" book merge "$work/m2" "$work/u11" "$work/again" > "$work/said" 2>&1
[ $? -eq 1 ] && [ ! -e "$work/m2" ] && grep -q 'again/budget-lines.csv:2: .*不能计两次' "$work/said"
say $? "merge: money that is in two folders must be told: $(head -1 "$work/said")"

# What became of a goal follows it to its new number.
for i in 11 12; do
  cp -r "$work/u$i" "$work/r$i"
  owner=$(sed -n '2s/,.*//p' "$work/r$i/units.csv")
  sed -n '1p' "$work/r$i/goals.csv" | grep -q '^.*id,owner,horizon,number,name,description' && printf 'Z-Y1,%s,年度,9,年度目标9,第%s个目标\n' "$owner" $i >> "$work/r$i/goals.csv"
  printf 'Z-Y1,1,产出指标,数量指标,指标%s,≥,10,家,,,计划标准\n' $i >> "$work/r$i/indicators.csv"
  printf 'goal,seq,target,actual,forecast,obstacles,reason,possibility,note\nZ-Y1,1,,5,%s,,,确定能,\n' $((i + 20)) > "$work/r$i/monitoring.csv"
  printf 'owner,moment,group,initial,adjusted,executed,expected\n%s,监控,本年财政拨款,,,1.00,2.00\n' "$owner" > "$work/r$i/execution.csv"
done
"$heng" book merge "$work/rm" "$work/r11" "$work/r12" --code 900 --body 江城市某局 > "$work/said" 2>&1
say $? "merge: monitoring of goals of one number: $(head -2 "$work/said" | tr '\n' ' ')"
other=$(grep '第12个目标' "$work/rm/goals.csv" | sed 's/,.*//')
[ -n "$other" ] && [ "$other" != Z-Y1 ] && grep -q "^$other,1,.*,32," "$work/rm/monitoring.csv" && grep -q 'Z-Y1,1,.*,31,' "$work/rm/monitoring.csv"
say $? "merge: what was monitored must follow its goal $other"

# Money between units is told and stays in both sums.
inner=$work/inner
cp -r "$here/sample/workspace" "$inner"
printf '2023,二下批复,169002,31,本年,700.00\n2023,二下批复,169001,34,本年,500.00\n' >> "$inner/income.csv"
printf '2023,二下批复,169002,S,2170150,30299,,31,本年,700.00\n2023,二下批复,169001,U,2170101,30299,,34,本年,500.00\n' >> "$inner/budget-lines.csv"
"$heng" book check "$inner" > "$work/said"
grep -q 'W-INNER.*700.00.*500.00.*最多 500.00' "$work/said"
say $? "transfers between units must be told: $(head -2 "$work/said" | tr '\n' ' ')"

# An adjusted and an approved book out of one folder: details, goals and indicators of one version only.
v=$work/versions
cp -r "$here/sample/workspace" "$v"
for f in income budget-lines; do
  sed -n '/二下批复/s//调整1/p' "$v/$f.csv" > "$work/more" && cat "$work/more" >> "$v/$f.csv"
done
for f in project-details goals indicators; do
  sed 's/\r$//; 1s/$/,version/; 2,$s/$/,/' "$v/$f.csv" > "$work/more" && cp "$work/more" "$v/$f.csv"
done
project=$(sed -n '2s/,.*//p' "$v/project-details.csv")
cp "$v/project-details.csv" "$work/plain"
grep "^$project," "$work/plain" | sed 's/,$/,调整1/' >> "$v/project-details.csv"
printf 'A-Y9,169,年度,1,年度目标1,调整后的目标,调整1\n' >> "$v/goals.csv"
printf 'A-Y9,1,产出指标,数量指标,调整后的指标,≥,77,家,,,计划标准,,调整1\n' > "$work/more"
head -1 "$v/indicators.csv" | grep -q weight || sed 's/,,调整1$/,调整1/' "$work/more" > "$work/more2"
[ -s "$work/more2" ] && cp "$work/more2" "$work/more"
cat "$work/more" >> "$v/indicators.csv"
for version in 二下批复 调整1; do
  "$heng" book check "$v" --version $version > "$work/said"
  same "$(tail -1 "$work/said" | grep -o '^错误 [0-9]*')" '错误 0' "versions: $version: $(head -1 "$work/said")"
  "$heng" book print "$v" --version $version -o "$work/v.json" > "$work/said" 2>&1
  same "$(grep -c 调整后的指标 "$work/v.json" | sed 's/^[1-9].*/some/')" "$([ $version = 调整1 ] && echo some || echo 0)" "versions: the goal of 调整1 in $version"
done
# An adjustment's goals and indicators are not next year's: the values of last year stand at their own indicators.
{ sed -n 1p "$v/indicators.csv"; cat "$work/more"; sed '1d;$d' "$v/indicators.csv"; } > "$work/moved" && cp "$work/moved" "$v/indicators.csv"
"$heng" book new "$work/vy" --last "$v" > "$work/said"
say $? "new --last of a workspace with an adjustment's own goals: $(head -1 "$work/said")"
"$heng" book new "$work/vz" --last "$here/sample/workspace" > /dev/null
cmp -s "$work/vy/indicators.csv" "$work/vz/indicators.csv" && cmp -s "$work/vy/goals.csv" "$work/vz/goals.csv"
say $? 'new --last: goals and indicators with an adjustment must be those without it'

cp "$work/plain" "$v/project-details.csv"
sed -n "s/^\($project,.*\),$/\1,调整1/p" "$work/plain" | head -1 >> "$v/project-details.csv"
"$heng" book check "$v" --version 调整1 > "$work/said"
n=$(grep -c "^$project," "$work/plain")
[ "$n" -lt 2 ] || grep -q 'W-DETAILS' "$work/said"
say $? 'versions: lines of every version must not count beside those of the derived one'
sed -i '2s/,$/,调正1/' "$v/goals.csv"
"$heng" book check "$v" > "$work/said"
grep -q 'goals.csv:2.*W-VERSION' "$work/said"
say $? "versions: a name that is none must be told"

# The year chain: next year's workspace follows last year's; each break is told with both places and the difference.
"$heng" book new "$work/y" --last "$here/sample/workspace" > "$work/said"
say $? "new --last: $(cat "$work/said")"
"$heng" book check "$work/y" --last "$here/sample/workspace" > "$work/said"
say $? "new --last: the chain must hold: $(grep -m 1 W-CHAIN "$work/said")"
cp "$work/y/prior-lines.csv" "$work/prior"
sed 's/,1145200\.00$/,1145300.00/' "$work/prior" > "$work/y/prior-lines.csv"
"$heng" book check "$work/y" --last "$here/sample/workspace" > "$work/said"
[ $? -eq 1 ] && grep -q 'prior-lines.csv:[0-9]*: 错误 W-CHAIN: .*2080505 301：上年工作区 1,145,200.00 元（.*budget-lines.csv:[0-9]* 起.*这里 1,145,300.00 元.*差 100.00 元' "$work/said"
say $? "chain: a changed prior amount must be told: $(grep -m 1 W-CHAIN "$work/said")"
same "$(grep -c W-CHAIN "$work/said")" 2 'chain: the total and the item, no more'
cp "$work/prior" "$work/y/prior-lines.csv"
awk -F, -v OFS=, 'FNR == NR { if (FNR > 1 && $10 != "" && !done) { $9 = "77"; done = 1 } print }' "$work/y/indicators.csv" > "$work/indicators"
if ! cmp -s "$work/indicators" "$work/y/indicators.csv"; then
  cp "$work/indicators" "$work/y/indicators.csv"
  "$heng" book check "$work/y" --last "$here/sample/workspace" > "$work/said"
  grep -q 'indicators.csv:[0-9]*: 错误 W-CHAIN: ' "$work/said"
  say $? 'chain: a changed value of an indicator must be told'
fi
l=$work/last
cp -r "$here/sample/workspace" "$l"
printf '2023,169001,11,上年结转结余,9000.00\n' >> "$l/carry-over.csv"
"$heng" book check "$work/y" --last "$l" | grep -q 'income.csv: 错误 W-CHAIN: .*169001 一般公共预算：上年工作区 9,000.00 元.*carry-over.csv:2 起.*差 -9,000.00 元'
say $? 'chain: carry-over that this year does not bring in must be told'
# What last year carried over goes on as carried over, and is held against last year's as such.
c=$work/carried
cp -r "$here/sample/workspace" "$c"
printf '2023,二下批复,169001,11,上年结转结余,700.00\n' >> "$c/income.csv"
printf '2023,二下批复,169001,U,2170101,30201,,11,上年结转结余,700.00\n' >> "$c/budget-lines.csv"
"$heng" book new "$work/cy" --last "$c" > /dev/null && grep -q '^2023,U,2170101,30201,.*,700.00,上年结转结余' "$work/cy/prior-lines.csv"
say $? "new --last: money carried over: $(grep -c 上年结转结余 "$work/cy/prior-lines.csv") lines"
! "$heng" book check "$work/cy" --last "$c" | grep -q 'prior-lines.csv.*W-CHAIN'
say $? 'chain: money carried over as last year had it'
sed 's/,700\.00,上年结转结余/,800.00,上年结转结余/' "$work/cy/prior-lines.csv" > "$work/prior" && cp "$work/prior" "$work/cy/prior-lines.csv"
"$heng" book check "$work/cy" --last "$c" | grep -q 'prior-lines.csv:[0-9]*: 错误 W-CHAIN: .*（上年结转结余）.*差 100.00 元'
say $? 'chain: money carried over that changed must be told'
"$heng" book check "$here/sample/workspace" --last "$here/sample/workspace" > /dev/null 2>&1
[ $? -eq 2 ]
say $? 'chain: a workspace that is not of the year before must be refused'

# A table of purchases, as some provinces print it, by data alone: it is recognised again, and holds each purchase once.
mkdir "$work/data" && cp -r "$here/profiles" "$here/codes" "$here/rules" "$work/data/" || exit 2
p=$work/data/profiles
cp "$p/wuhan.narrative" "$p/linjiang.narrative"
sed "s/^forms wuhan/forms linjiang/" "$p/wuhan.forms" > "$p/linjiang.forms"
{
  sed 's/^layout wuhan/layout linjiang/; /^table T10$/,/^forms/{ /^forms/!d; }' "$here/profiles/wuhan.layout"
} > "$p/linjiang.layout"
cat > "$work/table" << 'END'
table T12
number 公开12表
title 政府采购支出预算表
contents 十二、政府采购支出预算表
unit 单位：万元
scale 万元 2
zero blank
side procurement
lines purchase
rows purchases
total first 合计
purchases 货物 class.goods 一、货物A
purchases 工程 class.works 二、工程B
purchases 服务 class.services 三、服务C
column 16 name 采购品目大类
column 30 purchase-project 专项名称
column 20 purchase-class 经济科目
column 30 purchase-item 采购物品名称
column 8 purchase-quantity 数量
column 14 purchase-how 采购组织形式
column 14 amount 总计

END
awk -v table="$work/table" '/^forms/ { while ((getline line < table) > 0) print line } { print }' "$p/linjiang.layout" > "$work/l" && cp "$work/l" "$p/linjiang.layout"
buy=$work/buy
cp -r "$here/sample/workspace" "$buy"
sed '1s/$/,organised/; 2,$s/$/,分散自行组织/' "$here/sample/workspace/purchases.csv" > "$buy/purchases.csv"
HENG_DATA=$work/data "$heng" book show "$buy" T12 --profile linjiang -f csv > "$work/said" 2> "$work/err"
say $? "purchases: $(head -1 "$work/err")"
total=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR > 1 && $at["in_procurement"] == 1 { s += $at["amount"]; n++ } END { printf "%.2f %d", s / 10000, n }' "$buy/purchases.csv")
same "$(sed -n 's/^"*合计.*,"*\([0-9,.]*\)"*.$/\1/p; s/^合计.*,"*\([0-9,.]*[0-9]\)"*$/\1/p' "$work/said" | head -1 | tr -d ,) $(grep -c 分散自行组织 "$work/said")" "$total" 'purchases: the total and one row each'
HENG_DATA=$work/data "$heng" book why "$buy" T12 class.services amount --profile linjiang > "$work/why" 2> "$work/err"
say $? "purchases: why: $(head -1 "$work/err")"
HENG_DATA=$work/data "$heng" book print "$buy" --profile linjiang -o "$work/buy.pdf" > /dev/null 2> "$work/err" && HENG_DATA=$work/data "$heng" read --facts "$work/buy.pdf" > "$work/facts"
same "$(awk -F '\t' '$2 == "procurement" && $4 == "total" && $5 == "amount" { gsub(/,/, "", $7); print $7; exit }' "$work/facts")" "${total% *}" 'purchases: the printed table is recognised again'
HENG_DATA=$work/data "$heng" audit "$work/buy.pdf" > "$work/said" 2>&1
! grep -q '公开12表.*不' "$work/said"
say $? "purchases: the audit of the table: $(grep -m 1 公开12表 "$work/said")"
sed -i '/^purchases 服务/d' "$p/linjiang.layout"
HENG_DATA=$work/data "$heng" book show "$buy" T12 --profile linjiang > "$work/said" 2> "$work/err"
[ $? -eq 1 ] && grep -q 'C-FIT.*政府采购有' "$work/said" "$work/err"
say $? "purchases: money of a kind that has no row must be told: $(tail -2 "$work/said")"
wrong() { # LINE instead of the first line of purchases: refused with its line
  sed "s/^purchases 货物.*/$1/" "$p/linjiang.layout" > "$work/l" && mkdir -p "$work/wrong" && cp -r "$work/data/." "$work/wrong" && cp "$work/l" "$work/wrong/profiles/linjiang.layout"
  HENG_DATA=$work/wrong "$heng" book show "$buy" T12 --profile linjiang > /dev/null 2> "$work/err"
  [ $? -gt 1 ] && grep -q 'linjiang.layout:[0-9]*' "$work/err"
  say $? "purchases: $1 must be refused: $(cat "$work/err")"
}
wrong 'purchases 货 class.goods 一、货物A'
wrong 'purchases 货物 class.goods'
wrong 'purchases 货物 class.thing 一、货物A'
wrong 'item class.goods 一、货物A = all'
wrong 'column 14 basic 基本支出'

# A third city, by data alone: asks for its causes, is published, and its audit finds no error in any format; a random department's units add up in it too.
j=$work/jiangsu
cp -r "$here/sample/workspace" "$j" && : > "$j/texts/part3.md"
"$heng" book ask "$j" --profile jiangsu > "$work/said"
[ "$(grep -c causes.csv "$work/said")" -gt 5 ]
say $? "jiangsu: causes to ask for: $(grep -c causes.csv "$work/said")"
sed -n 's/^.*在 causes.csv 加一行：\([^,]*\),.*/\1,工作任务和标准调整/p' "$work/said" >> "$j/causes.csv"
"$heng" book publish "$j" --profile jiangsu -o "$work/jout" > "$work/said" 2>&1
say $? "jiangsu: publishing: $(head -3 "$work/said" | tr '\n' ' ')"
for file in book.pdf book.docx book.xlsx index.html; do
  same "$("$heng" audit --profile jiangsu "$work/jout/$file" | tail -1 | grep -o '^小结 错误 0，警告 [0-9]*')" '小结 错误 0，警告 0' "jiangsu: $file"
done
make "$work/j31" 31 && "$tests/unitsum" "$work/j31" jiangsu > "$work/said" 2>&1
say $? "jiangsu: seed 31: $(tail -1 "$work/said")"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
