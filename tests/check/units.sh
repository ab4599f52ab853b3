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

# Money between units is told and stays in both sums.
inner=$work/inner
cp -r "$here/sample/workspace" "$inner"
printf '2023,二下批复,169002,31,本年,700.00\n2023,二下批复,169001,34,本年,500.00\n' >> "$inner/income.csv"
printf '2023,二下批复,169002,S,2170150,30299,,31,本年,700.00\n2023,二下批复,169001,U,2170101,30299,,34,本年,500.00\n' >> "$inner/budget-lines.csv"
"$heng" book check "$inner" > "$work/said"
grep -q 'W-INNER.*700.00.*500.00.*最多 500.00' "$work/said"
say $? "transfers between units must be told: $(head -2 "$work/said" | tr '\n' ' ')"

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
"$heng" book check "$here/sample/workspace" --last "$here/sample/workspace" > /dev/null 2>&1
[ $? -eq 2 ]
say $? 'chain: a workspace that is not of the year before must be refused'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
