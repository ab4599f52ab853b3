#!/bin/sh
# import.sh HENG WSMAKE XLSXSET [DOCUMENTS]: a workspace into a workbook and back.
#   Random departments: the template as written changes nothing; into an empty workspace it gives the same files to the byte; one department's over another's
#   gives that one's. What people do to cells is told with sheet and cell and remedy, and nothing is written. Killed while writing: all old or all new.
#   What LibreOffice saved again changes nothing. A platform's tables give what they determine; a blank one is refused.
# One line a failure, then a count; exit code 1 when one fails.
set -u
heng=$1 make=$2 set=$3 documents=${4:-/nowhere}
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export TMPDIR="$work" # killed runs leave their temporary folder
passed=0 failed=0 skipped=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
same() { # same FOLDER FOLDER: every CSV file of the first, to the byte
  for f in "$1"/*.csv; do cmp -s "$f" "$2/${f##*/}" || { echo "${f##*/}"; return 1; }; done
}
records() { # all lines of all files, in no order
  for f in "$1"/*.csv; do sed "s,^,${f##*/}:," "$f"; done | sort
}
clean() { [ -z "$(find "$1" -name '.heng*')" ]; }

# ---- there and back ----
for seed in 1 2 3 4 5 6; do
  w=$work/w$seed t=$work/t$seed.xlsx
  cp -r "$here/sample/workspace" "$w" && rm -f "$w"/texts/projects/*.md
  "$make" "$w" "$seed" > "$work/said" || exit 2
  # Quotes that need not be there are not written again: without them the files can be compared to the byte.
  sed -i -E ':more; s/(^|,)"([^",]+)"(,|$)/\1\2\3/; t more' "$w"/*.csv
  cp -r "$w" "$work/before"
  "$heng" book template "$w" -o "$t" && "$heng" book template "$w" -o "$work/again.xlsx" && cmp -s "$t" "$work/again.xlsx"
  say $? "seed $seed: two templates differ"
  "$heng" book import "$w" "$t" > "$work/said" && [ "$(cat "$work/said")" = 没有变化 ]
  say $? "seed $seed: the template as written: $(head -1 "$work/said")"
  "$heng" book import "$w" "$t" --apply > "$work/said" && diff -r "$w" "$work/before" > "$work/diff" && [ "$(cat "$work/said")" = 没有变化 ]
  say $? "seed $seed: applied: $(head -1 "$work/diff")"
  "$heng" book new "$work/new" --year 2023 --body 江城市某局 > /dev/null && "$heng" book import "$work/new" "$t" > "$work/said" && ! grep -q 169 "$work/new/units.csv"
  say $? "seed $seed: a preview into an empty workspace: $(head -1 "$work/said")"
  "$heng" book import "$work/new" "$t" --apply > "$work/said" && same "$w" "$work/new" > "$work/diff"
  say $? "seed $seed: into an empty workspace: $(tail -1 "$work/said") $(cat "$work/diff")"
  if [ "$seed" -gt 1 ]; then
    old=$work/w$((seed - 1))
    for f in "$w"/*.csv; do # an emptied sheet does not delete a whole file: that is refused
      [ "$(wc -l < "$f")" -gt 1 ] || cp "$f" "$old"
    done
    "$heng" book import "$old" "$t" --apply --delete-missing > "$work/said"
    records "$old" > "$work/a" && records "$w" > "$work/b" && cmp -s "$work/a" "$work/b" && clean "$old"
    say $? "seed $seed: over another department: $(tail -1 "$work/said") $(diff "$work/a" "$work/b" | head -2 | tr '\n' ' ')"
  fi
  rm -rf "$work/before" "$work/new"
done

# ---- what people do to cells ----
w=$work/w
cp -r "$here/sample/workspace" "$w" && cp -r "$w" "$work/first"
"$heng" book template "$w" -o "$work/t.xlsx" || exit 2
# The column of a field in the template: fields come in the order of profiles/workspace.txt.
column() {
  awk -v entity="$1" -v field="$2" '$1 == "entity" { on = $2 == entity; n = 0 } on && $1 == "field" { n++; if ($2 == field) printf "%c", 64 + n }' "$here/profiles/workspace.txt"
}
amount=$(column income amount) code=$(column budget-lines func) econ=$(column budget-lines econ) kind=$(column budget-lines kind)
unit=$(column budget-lines unit) flag=$(column purchases in_procurement) cause=$(column causes cause) parent=$(column units parent)
edit() { "$set" "$work/t.xlsx" "$work/f.xlsx" "$@" || exit 2; }
# told PATTERN EDITS…: --apply refuses, a line of what it says is as the pattern, and no file changes.
told() {
  pattern=$1
  shift
  edit "$@"
  "$heng" book import "$w" "$work/f.xlsx" --apply > "$work/said" 2>&1
  [ $? -eq 1 ] && grep -Eq "$pattern" "$work/said" && diff -r "$w" "$work/first" > /dev/null
  say $? "$*: not refused with  $pattern : $(head -2 "$work/said" | tr '\n' ' ')"
}
# noted PATTERN EDITS…: a warning or hint, and nothing else in the way.
noted() {
  pattern=$1
  shift
  edit "$@"
  "$heng" book import "$w" "$work/f.xlsx" > "$work/said" 2>&1 && grep -Eq "$pattern" "$work/said"
  say $? "$*: not told with  $pattern : $(head -2 "$work/said" | tr '\n' ' ')"
}
told "^收入!${amount}3: 错误 X-SEPARATORS: .*改成数 108049000.00" text 收入 "${amount}3" 108,049,000.00
told "^收入!${amount}3: 错误 W-AMOUNT: .*换算成元" text 收入 "${amount}3" 10804.9万元
told "^收入!${amount}4: 错误 X-WAN: .*万分之一.*--amounts 收入=yuan" number 收入 "${amount}4" 250
told "^收入 $amount 列: 错误 X-WAN: .*像是以万元填的.*--amounts 收入=wan" number 收入 "${amount}3" 10804.9 number 收入 "${amount}4" 250
told "^收入!${amount}1: 错误 X-WAN: 表头写着.金额（万元）." text 收入 "${amount}1" '金额（万元）' number 收入 "${amount}3" 10804.9 number 收入 "${amount}4" 250
told "^收入!${amount}3: 错误 W-AMOUNT: .*数太大" number 收入 "${amount}3" 1e308
told "^收入!${amount}3: 错误 W-AMOUNT: .*科学计数法" text 收入 "${amount}3" 1e308
told "^收入!${amount}3: 错误 W-AMOUNT: .*最多两位小数" number 收入 "${amount}3" 100.125
told "^收入!${amount}3: 错误 W-AMOUNT: .*日期" date 收入 "${amount}3" 44926
told "^收入!${amount}3: 错误 W-AMOUNT: .*全角" text 收入 "${amount}3" １０８
told "^收入!${amount}3: 错误 X-FORMULA: .*公式的错误" error 收入 "${amount}3" '#REF!'
told "^收入!${amount}3: 错误 X-FORMULA: .*公式的错误" text 收入 "${amount}3" '#DIV/0!'
told "^收入!${amount}3: 错误 X-FORMULA: .*没有保存结果" formula 收入 "${amount}3" 'A1*2'
told "^收入!${amount}4: 错误 W-EMPTY" clear 收入 "${amount}4" -
told '^收入!A4: 错误 W-YEAR' text 收入 A4 2023年
told '^支出预算!A3: 错误 X-DATE' date 支出预算 A3 44927
told "^支出预算!${code}3: 错误 W-REF: .*是不是 2170101" text 支出预算 "${code}3" 2170109
told "^支出预算!${code}3: 错误 W-REF: .*是名称；请填编码 2170101" text 支出预算 "${code}3" 行政运行
told "^支出预算!${code}3: 错误 W-CODE: .*科学计数法" text 支出预算 "${code}3" 2.080505E+06
told '^项目!A3: 错误 W-CODE: .*位数可能已经丢失' number 项目 A3 4.2010022169E+19
told "^支出预算!${code}3: 错误 X-KEY: .*budget-lines.csv 第 2 行.*--delete-missing" text 支出预算 "${code}3" 2170102
told "^支出预算!${kind}3: 错误 W-CHOICE: .*P/U/J/B/S/A" text 支出预算 "${kind}3" p
told "^采购!${flag}3: 错误 W-FLAG" number 采购 "${flag}3" 2
told '^国有资产!A3: 错误 W-DATE: .*2022-12-31' text 国有资产 A3 2022年12月31日
told "^支出预算!${code}3: 错误 X-MERGED: ${code}3:${code}4 .*取消合并" merge 支出预算 "${code}3:${code}4" -
told '^支出预算 第 1 行: 错误 X-COLUMN: 缺少列“部门经济科目”' column 支出预算 "$econ" -
told "^收入!${amount}1: 错误 X-COLUMN: .*是不是.金额（元）." text 收入 "${amount}1" "金额（分）" text 收入 "${amount}2" sum
told '^income.csv: 错误 X-SHEET: .*两张' rename 年终结转结余 income.csv -
told '^收入 第 5 行: 错误 W-TWICE: 与第 3 行重复' number 收入 A5 2023 text 收入 B5 二下批复 text 收入 C5 169001 text 收入 D5 11 text 收入 E5 本年 number 收入 "${amount}5" 5
told "^部门和单位!${parent}5: 错误 W-REF: .*是不是 169" text 部门和单位 "${parent}5" 168
noted "^收入!${amount}3: 警告 X-TEXT: .*设成.数值." text 收入 "${amount}3" 108049000
noted "^支出预算!${unit}3: 提示 X-BLANKS" text 支出预算 "${unit}3" '169001 '
noted '^收入表: 警告 X-SHEET: .*当作“收入”' rename 收入 收入表 -
noted '^收入!P1: 警告 X-COLUMN: .*不读' text 收入 P1 备注 text 收入 P3 某事
noted "^收入!${amount}1: 警告 X-COLUMN: .*按字段名 amount" text 收入 "${amount}1" 数额
noted "^没有变化$" number 收入 "${amount}3" 108048999.99999999 # as Excel keeps a sum
noted "^没有变化$" date 国有资产 A3 44926
noted "^没有变化$" number 支出预算 "${code}3" 2080505
for row in 3 4; do for column in A B C D E F G H I J; do echo clear 收入 $column$row -; done; done > "$work/all"
# shellcheck disable=SC2046
edit $(cat "$work/all")
"$heng" book import "$w" "$work/f.xlsx" --apply --delete-missing > "$work/said"
[ $? -eq 1 ] && grep -q '^收入: 错误 X-EMPTY' "$work/said" && diff -r "$w" "$work/first" > /dev/null
say $? "an emptied sheet must not delete a file: $(head -1 "$work/said")"
edit text 收入 "${amount}1" '金额（万元）' number 收入 "${amount}3" 10804.9 number 收入 "${amount}4" 250
"$heng" book import "$w" "$work/f.xlsx" --amounts 收入=wan > "$work/said" && grep -q '^没有变化$' "$work/said"
say $? "--amounts: $(head -1 "$work/said")"

# ---- added, changed, missing ----
edit number 收入 "${amount}4" 2500001 text 增减原因 "${cause}3" 另一个原因 clear 资金来源 A11 - clear 资金来源 B11 - clear 资金来源 C11 - clear 资金来源 D11 - clear 资金来源 E11 - clear 资金来源 F11 - \
  number 收入 A5 2023 text 收入 B5 二下批复 text 收入 C5 169002 text 收入 D5 31 text 收入 E5 本年 number 收入 "${amount}5" 7.5
"$heng" book import "$w" "$work/f.xlsx" --dry-run --apply > "$work/said" && diff -r "$w" "$work/first" > /dev/null
say $? "--dry-run writes"
grep -q "改  收入!${amount}4  income.csv:3  .*2500000.00 → 2500001.00" "$work/said" && grep -q '增  收入 第 5 行  .*7.50' "$work/said" && grep -q '缺  sources.csv:10  39' "$work/said" &&
  grep -q 'W-BALANCE' "$work/said" && grep -q '^预览：新增 1 行，修改 2 行；工作簿里没有而保留 1 行；写入请加 --apply$' "$work/said"
say $? "the preview: $(cat "$work/said")"
"$heng" book import "$w" "$work/f.xlsx" --apply > "$work/said" && grep -q '^2023,二下批复,169002,31,本年,7.50' "$w/income.csv" && grep -q '^39,' "$w/sources.csv" && clean "$w"
say $? "--apply: $(tail -1 "$work/said")"
"$heng" book import "$w" "$work/f.xlsx" --apply --delete-missing > "$work/said" && ! grep -q '^39,' "$w/sources.csv"
say $? "--delete-missing: $(tail -1 "$work/said")"
diff "$work/first/budget-lines.csv" "$w/budget-lines.csv" > /dev/null && [ "$(diff "$work/first/income.csv" "$w/income.csv" | grep -c '^[<>]')" -eq 3 ]
say $? "lines that the workbook does not change must keep their bytes"

# ---- killed while writing: every file is the old one, or every one is the new one ----
"$heng" book import "$work/w6" "$work/t2.xlsx" --delete-missing > "$work/said"
say $? "one department over another: $(tail -1 "$work/said")"
cp -r "$work/w6" "$work/done" && "$heng" book import "$work/done" "$work/t2.xlsx" --delete-missing --apply > "$work/said"
say $? "one department over another, applied: $(tail -1 "$work/said")"
for after in 0.005 0.01 0.015 0.02 0.03 0.04 0.05 0.08 0.1 0.12 0.14 0.16 0.18 0.2 0.22 0.25 0.3; do
  rm -rf "$work/k" && cp -r "$work/w6" "$work/k"
  "$heng" book import "$work/k" "$work/t2.xlsx" --delete-missing --apply > /dev/null 2>&1 &
  sleep "$after"
  kill -9 $! 2> /dev/null
  wait $! 2> /dev/null
  "$heng" book check "$work/k" > /dev/null # whoever reads next finishes or throws away
  { same "$work/w6" "$work/k" || same "$work/done" "$work/k"; } > /dev/null && clean "$work/k"
  say $? "killed after $after s, the workspace is neither old nor new: $(find "$work/k" -name '.heng*')"
done
rm -rf "$work/k" && cp -r "$work/w6" "$work/k" && chmod a-w "$work/k"
if [ "$(id -u)" -ne 0 ]; then
  "$heng" book import "$work/k" "$work/t2.xlsx" --delete-missing --apply > /dev/null 2>&1
  [ $? -ge 2 ] && same "$work/w6" "$work/k"
  say $? "a folder that cannot be written"
fi
chmod u+w "$work/k"

# ---- other programs ----
"$heng" book template -o "$work/empty.xlsx" && "$heng" book import "$here/sample/workspace" "$work/empty.xlsx" > "$work/said" && grep -q '^没有变化；工作簿里没有而保留' "$work/said"
say $? "the template without a workspace: $(tail -1 "$work/said")"
if command -v soffice > /dev/null; then
  cp "$work/t3.xlsx" "$work/saved.xlsx" && mkdir "$work/saved" "$work/office"
  soffice "-env:UserInstallation=file://$work/office" --headless --convert-to xlsx --outdir "$work/saved" "$work/saved.xlsx" > /dev/null 2>&1
  soffice "-env:UserInstallation=file://$work/office" --headless --convert-to ods --outdir "$work/saved" "$work/saved.xlsx" > /dev/null 2>&1
  rm -rf "$work/k" && "$heng" book new "$work/k" --year 2023 --body 江城市某局 > /dev/null
  "$heng" book import "$work/k" "$work/t3.xlsx" --apply > /dev/null && "$heng" book import "$work/k" "$work/saved/saved.xlsx" > "$work/said" && [ "$(cat "$work/said")" = 没有变化 ]
  say $? "saved again by LibreOffice: $(head -1 "$work/said")"
  "$heng" book import "$work/k" "$work/saved/saved.ods" > /dev/null 2> "$work/said"
  [ $? -eq 3 ] && grep -q '另存为 .xlsx' "$work/said"
  say $? "an OpenDocument sheet: $(head -1 "$work/said")"
else
  skipped=$((skipped + 2))
fi
"$heng" book import "$w" "$here/README.md" > /dev/null 2> "$work/said"
[ $? -ge 2 ] && [ -s "$work/said" ]
say $? "a text file for a workbook: $(cat "$work/said")"

# ---- a platform's tables ----
# Our own book's tables back: of one unit with one class of basic spending, every line is determined.
plan=$work/plan
"$heng" book new "$plan" --year 2031 --body 江城市示范局 > /dev/null
printf 'code,name,parent,nature,role,listed\n501,江城市示范局,,行政,一级预算单位,\n501001,江城市示范局本级,501,行政,本级,江城市示范局本级\n' > "$plan/units.csv"
cp -r "$plan" "$work/bare"
printf 'code,name\n217,金融支出\n21701,金融部门行政支出\n2170101,行政运行\n2170102,一般行政管理事务\n' > "$plan/functions.csv"
printf 'code,name\n301,工资福利支出\n30101,基本工资\n302,商品和服务支出\n30201,办公费\n30202,印刷费\n' > "$plan/economics.csv"
printf 'year,version,unit,source,origin,amount\n2031,二上,501001,11,本年,123456.78\n' > "$plan/income.csv"
printf 'year,version,unit,kind,func,econ,project,source,origin,amount\n2031,二上,501001,P,2170101,30101,,11,本年,100000.00\n2031,二上,501001,U,2170101,30201,,11,本年,20000.00\n2031,二上,501001,U,2170101,30202,,11,本年,3456.78\n' > "$plan/budget-lines.csv"
"$heng" book print "$plan" -o "$work/plan.xlsx" --version 二上 2> "$work/said"
say $? "a small department's book: $(head -1 "$work/said")"
"$heng" book import "$work/bare" "$work/plan.xlsx" > /dev/null 2> "$work/said"
[ $? -eq 2 ] && grep -q -- '--version' "$work/said"
say $? "tables without a version: $(cat "$work/said")"
# The tables are in 万元 with two decimals: so are the amounts, and that is said.
"$heng" book import "$work/bare" "$work/plan.xlsx" --version 二上 --apply > "$work/said" && grep -q '只印到 100 元' "$work/said"
say $? "rounded amounts must be told: $(head -3 "$work/said")"
for file in income budget-lines; do
  sed 's/^\xef\xbb\xbf//; s/123456.78/123500.00/; s/3456.78/3500.00/' "$plan/$file.csv" > "$work/a"
  sed 's/^\xef\xbb\xbf//' "$work/bare/$file.csv" | diff "$work/a" - > "$work/diff"
  say $? "lines that the tables determine, $file.csv: $(head -4 "$work/diff" | tr '\n' ' ')"
done
"$heng" book import "$plan" "$work/plan.xlsx" > "$work/said" && grep -q '不同的 0 个' "$work/said" && grep -q '^没有变化$' "$work/said"
say $? "exact amounts must not be exchanged for rounded ones: $(cat "$work/said")"
"$heng" book import "$work/bare" "$work/plan.xlsx" > "$work/said" && grep -q '不同的 0 个' "$work/said" && grep -q '^没有变化$' "$work/said"
say $? "the same tables again: $(tail -2 "$work/said" | tr '\n' ' ')"
"$heng" book import "$here/sample/workspace" "$work/plan.xlsx" > /dev/null 2> "$work/said"
[ $? -ge 2 ] && grep -q '2031 年' "$work/said"
say $? "tables of another year: $(cat "$work/said")"
for form in unit dept; do
  blank=$documents/district-$form-budget-template.xlsx
  [ -s "$blank" ] || { skipped=$((skipped + 1)); continue; }
  "$heng" book import "$work/bare" "$blank" > /dev/null 2> "$work/said"
  [ $? -eq 3 ] && grep -q '没有填过的空表.*认出 [1-9]' "$work/said"
  say $? "a blank form: $(cat "$work/said")"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
