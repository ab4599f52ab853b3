#!/bin/sh
# final.sh HENG WSMAKE N: final accounts (部门决算) of the invented department of tests/accounts and of N random ones: checked, printed in each format in the layouts of
# Shanghai and Wuhan, read again, audited; one 分 that does not balance refuses publishing; amounts and sentences are those reckoned by hand.
# One line a failure, then a count; exit code 1 when one fails.
set -u
heng=$1 make=$2 n=${3:-3}
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
facts() { "$heng" read --facts "$1" | awk -F'\t' '!/^#/ && NF >= 10 && $1 != "field" && $5 !~ /where|alike|^like|^twin|^namesake|^goal$/ { gsub(/ /, "", $7); print $1 "\t" $4 "\t" $5 "\t" $7 "\t" ($8 == "blank" ? "zero" : $8) }' | sort; }

# Every format of a workspace: no error of the audit, the same facts, and (for the fixed one) the same bytes twice.
print_all() { # FOLDER NAME CITY
  for format in pdf docx xlsx html; do
    "$heng" book print "$1" --version 决算 --profile "$3" -o "$work/book.$format" 2> "$work/err"
    say $? "$2 $3 $format: $(head -1 "$work/err")"
    "$heng" audit "$work/book.$format" > "$work/audit"
    say $? "$2 $3 $format: $(sed -n '/── 错误/,/依据/p' "$work/audit" | tr '\n' ' ' | cut -c1-400)"
    facts "$work/book.$format" > "$work/$format"
  done
  for format in xlsx html pdf; do
    cmp -s "$work/docx" "$work/$format"
    say $? "$2 $3: docx and $format: $(diff "$work/docx" "$work/$format" | head -2 | tr '\n' ' ')"
  done
  grep -q . "$work/docx"
  say $? "$2 $3: nothing was recognised"
}

w=$here/tests/accounts
"$heng" book check "$w" --version 决算 > "$work/check"
say $? "check: $(tail -1 "$work/check")"
"$heng" book ask "$w" --version 决算 > "$work/ask"
say $? "ask: $(head -2 "$work/ask" | tr '\n' ' ')"
for city in shanghai wuhan; do
  print_all "$w" accounts "$city"
  grep -q '错误 0，警告 2，' "$work/audit" # the two classes that the bundled list has not
  say $? "$city: $(tail -1 "$work/audit")"
  "$heng" book print "$w" --version 决算 --profile "$city" -o "$work/again.pdf" && cmp -s "$work/book.pdf" "$work/again.pdf"
  say $? "$city: two runs differ"
done

# Reckoned by hand: a table's row, as it is shown.
row() { # TABLE ROW-PATTERN WANTED
  "$heng" book show "$w" "$1" --version 决算 --format csv > "$work/csv"
  grep -q "$3" "$work/csv"
  say $? "$1: wanted $3, is $(grep "$2" "$work/csv")"
}
row T1 '总计' '总计,"1,147.95",总计,"1,147.95"'
row T1 '结余分配' '使用非财政拨款结余（含专用结余）,1.00,结余分配,3.00'
row T1 '年末结转' '年初结转和结余,24.00,年末结转和结余,26.70'
row T4 '年末财政' '年初财政拨款结转和结余,17.00,年末财政拨款结转和结余,16.00,9.00,7.00,'
row T6 '人员经费合计' '人员经费合计,576.30,,,公用经费合计,72.95'
row T7 '36.50' '36.50,32.07,8.00,6.00,27.00,25.25,18.00,18.00,9.00,7.25,1.50,0.82'
row T8 '合计' '合计,,,,5.00,78.00,76.00,,76.00,7.00'
"$heng" book text "$w" --version 决算 > "$work/text"
for words in '年初预算为1010.50万元，支出决算为981.25万元，完成年初预算的97.11%' '完成预算的87.86%' '团组1个、累计3人次' '公务用车保有量为5辆' '国内公务接待12批次、86人次' \
  '在其他政府采购项目中，由中小企业供应商中标或成交的，采购金额4.20万元' '收入支出总计减少95.05万元，下降7.65%' '因公出国（境）费支出决算比2023年度增加6.00万元；'; do
  grep -q "$words" "$work/text"
  say $? "the sentences do not say $words"
done
"$heng" book text "$w" --version 决算 --profile wuhan > "$work/text"
grep -q '授予中小企业合同金额228.20万元，占政府采购支出总额的92.69%，其中：授予小微企业合同金额43.20万元，占授予中小企业合同金额的18.93%' "$work/text"
say $? "purchases: $(grep 授予 "$work/text")"

# What was not budgeted has no rate; what was not spent is told all the same.
cp -r "$w" "$work/w"
grep -v '批复,405001,J,2239999' "$w/budget-lines.csv" | grep -v '决算,405001,U,2010301,30217' > "$work/w/budget-lines.csv"
"$heng" book text "$work/w" --version 决算 --profile wuhan > "$work/text" 2> /dev/null
grep -q '其他国有资本经营预算支出（项）。年初预算为0.00万元，支出决算为20.00万元。' "$work/text" && ! grep -q '20.00万元，完成' "$work/text"
say $? "a rate of nothing: $(grep '其他国有资本经营预算支出（项）' "$work/text")"
grep -q '公务接待费支出决算为0.00万元，完成预算的0.00%' "$work/text"
say $? "what was budgeted and not spent: $(grep 公务接待费 "$work/text" | head -1)"

# The budget of the same workspace is not touched by its accounts.
"$heng" book show "$w" T1 --profile shanghai > "$work/with"
rm -rf "$work/w" && cp -r "$w" "$work/w"
for file in "$work"/w/*.csv; do grep -v '决算' "$file" > "$work/one" && cp "$work/one" "$file"; done
"$heng" book show "$work/w" T1 --profile shanghai > "$work/without" && cmp -s "$work/with" "$work/without"
say $? "the budget changes when the accounts are taken out"

# why: every cell's lines add up to it, with the file and line of the accounts; 预算数 from the approved budget.
"$heng" book why "$w" T7 single budget.reception --version 决算 | grep -q '15,000.00 .*公务接待费'
say $? "why: the approved budget"
"$heng" book why "$w" T1 out.distribution --version 决算 | grep -q '共 2 行，合计 30,000.00 元，与表里的数一致'
say $? "why: 结余分配"
"$heng" book why "$w" T8 2120899 closing --version 决算 | grep -q 'carry-over.csv:.*70,000.00'
say $? "why: 年末结转和结余 of a class"

# Publishing.
"$heng" book publish "$w" --version 决算 -o "$work/out" > "$work/said" 2>&1
say $? "publish: $(tail -1 "$work/said")"
[ -s "$work/out/book.pdf" ] && [ -s "$work/out/tables/T8.csv" ] && [ -s "$work/out/counts.csv" ] && grep -q 批复 "$work/out/budget-lines.csv" && grep -q 决算 "$work/out/budget-lines.csv"
say $? "publish: files or the budget that the accounts tell are missing"
"$heng" book check "$work/out" --version 决算 > "$work/said" && "$heng" book show "$work/out" T7 --version 决算 > "$work/published" && "$heng" book show "$w" T7 --version 决算 | cmp -s - "$work/published"
say $? "the published data do not give the published table: $(tail -1 "$work/said")"
rm -rf "$work/w" && cp -r "$w" "$work/w"
sed 's/年末结转结余,2120899,70000\.00/年末结转结余,2120899,70000.01/' "$w/carry-over.csv" > "$work/w/carry-over.csv"
"$heng" book publish "$work/w" --version 决算 -o "$work/never" > "$work/said" 2>&1
[ $? -eq 1 ] && grep -q W-CARRY "$work/said" && [ ! -e "$work/never" ]
say $? "publish: one 分 too much in 年末结转和结余 was not refused"

seed=1
while [ "$seed" -le "$n" ]; do
  rm -rf "$work/w" && cp -r "$here/sample/workspace" "$work/w" && rm -f "$work"/w/texts/projects/*.md "$work/w/causes.csv" "$work/w/texts/part3.md"
  "$make" "$work/w" "$seed" 0 0 2023 accounts > /dev/null || exit 2
  "$heng" book check "$work/w" --version 决算 > "$work/check"
  say $? "seed $seed: check: $(grep -m1 错误 "$work/check")"
  "$heng" book check "$work/w" > "$work/check"
  say $? "seed $seed: check of the budget: $(grep -m1 错误 "$work/check")"
  print_all "$work/w" "seed $seed" "$([ $((seed % 2)) -eq 0 ] && echo shanghai || echo wuhan)"
  seed=$((seed + 1))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
