#!/bin/sh
# edited.sh HENG DOCXSET: a printed book that was edited comes home; last year's published book gives last year's amounts.
#   A book as printed changes nothing (the department's, a unit's, another city's layout, what LibreOffice saved again). Random edits of texts and causes, printed by
#   a copy of the workspace that holds them, come home exactly. Whatever digits are changed, no CSV file changes. Tracked changes are read as accepted.
#   The workspace's own book of last year, published in each format, gives amounts from which every comparison of part 3 says 持平.
# One line a failure, then a count; exit code 1 when one fails.
set -u
heng=$1 set=$2
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
sample=$here/sample/workspace
print() { "$heng" book print "$@" > /dev/null 2> "$work/err"; }
take() { "$heng" book import "$@" > "$work/said" 2> "$work/err"; }
texts() { # the officer's words without blank lines
  (cd "$1" && for f in causes.csv texts/*.md texts/projects/*.md; do sed "/^[[:space:]]*\$/d; s,^,$f:," "$f"; done)
}
same_csv() {
  for f in "$1"/*.csv; do
    case $f in */causes.csv) [ "${3:-}" = causes ] && continue ;; esac
    cmp -s "$f" "$2/${f##*/}" || { echo "${f##*/}"; return 1; }
  done
}

# ---- as printed: nothing ----
print "$sample" -o "$work/book.docx" && take "$sample" --edited "$work/book.docx" && [ "$(cat "$work/said")" = 没有变化 ]
say $? "as printed: $(head -2 "$work/said" | tr '\n' ' ')"
print "$sample" --profile shanghai -o "$work/s.docx" && take "$sample" --profile shanghai --edited "$work/s.docx" && [ "$(cat "$work/said")" = 没有变化 ]
say $? "as printed in another layout: $(head -2 "$work/said" | tr '\n' ' ')"
print "$sample" --unit 169002 -o "$work/u.docx" && take "$sample" --unit 169002 --edited "$work/u.docx" && [ "$(cat "$work/said")" = 没有变化 ]
say $? "a unit's book as printed: $(head -2 "$work/said" | tr '\n' ' ')"
if command -v soffice > /dev/null; then
  (cd "$work" && timeout 120 soffice -env:UserInstallation="file://$work/lo" --headless --convert-to docx:"MS Word 2007 XML" --outdir "$work/again" book.docx > /dev/null 2>&1)
  take "$sample" --edited "$work/again/book.docx" && [ "$(cat "$work/said")" = 没有变化 ]
  say $? "saved again by LibreOffice: $(head -2 "$work/said" | tr '\n' ' ')"
else
  skipped=$((skipped + 1))
fi

# ---- random edits of texts and causes come home exactly ----
# Words behind a comma, at the end, at the beginning; a line taken out where others stand beside it; a new line behind one.
scramble() { # FILE SEED
  awk -v seed="$2" '
    BEGIN { srand(seed); split("按规定，|稳妥有序、|（含3项改造）|结合本年重点工作，|；并做好总结|“两个100%”要求", words, "|") }
    { line[NR] = $0 }
    END {
      for (i = 1; i <= NR; i++) {
        s = line[i]; bare = s; sub(/\r$/, "", bare)
        if (bare == "" || bare ~ /^# / || bare ~ /^<!--/ || rand() > 0.35) { print s; continue }
        w = words[1 + int(rand() * 6)]; what = int(rand() * 5)
        close_by = (i > 1 && line[i-1] != "" && line[i-1] !~ /^# /) || (i < NR && line[i+1] != "" && line[i+1] !~ /^# /)
        if (what == 0 && index(s, "，")) { at = index(s, "，"); print substr(s, 1, at - 1) "，" w substr(s, at + length("，")) }
        else if (what == 1) print s w
        else if (what == 2 && close_by) continue
        else if (what == 3) { print s; if (!close_by) print ""; print "另外" w "按时完成各项任务。" }
        else print w s
      }
    }' "$1" > "$work/scrambled" && cp "$work/scrambled" "$1"
}
for seed in 1 2 3 4 5 6 7 8; do
  rm -rf "${work:?}/wanted" "${work:?}/home"
  cp -r "$sample" "$work/wanted" && cp -r "$sample" "$work/home"
  for f in "$work"/wanted/texts/*.md "$work"/wanted/texts/projects/*.md; do scramble "$f" "$seed$(basename "$f" | cksum | cut -c1-4)"; done
  awk -v seed="$seed" 'BEGIN { srand(seed) } NR > 1 && rand() < 0.5 { sub(/，/, "，同时按规定从严从紧，") } NR > 1 && rand() < 0.3 { $0 = $0 "等" } { print }' "$work/wanted/causes.csv" > "$work/c" && cp "$work/c" "$work/wanted/causes.csv"
  print "$work/wanted" -o "$work/wanted.docx" && take "$work/home" --edited "$work/wanted.docx" && take "$work/home" --edited "$work/wanted.docx" --apply
  say $? "seed $seed: something was not taken: $(grep -A3 没有取回 "$work/said" | head -4 | tr '\n' ' ')$(head -1 "$work/err")"
  texts "$work/wanted" > "$work/a" && texts "$work/home" > "$work/b" && diff "$work/a" "$work/b" > "$work/diff"
  say $? "seed $seed: came home otherwise: $(head -4 "$work/diff" | tr '\n' ' ')"
  same_csv "$sample" "$work/home" causes > "$work/diff"
  say $? "seed $seed: a file of figures changed: $(cat "$work/diff")"
  take "$work/home" --edited "$work/wanted.docx" && [ "$(cat "$work/said")" = 没有变化 ]
  say $? "seed $seed: taken twice: $(head -2 "$work/said" | tr '\n' ' ')"
done

# ---- figures never ----
for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
  rm -rf "${work:?}/home" && cp -r "$sample" "$work/home"
  "$set" "$work/book.docx" "$work/digits.docx" digits "$seed" $((seed * 4)) || exit 2
  take "$work/home" --edited "$work/digits.docx" --apply
  [ $? -le 1 ] && grep -q '其中数 [1-9]' "$work/said" && same_csv "$sample" "$work/home" > "$work/diff"
  say $? "digits, seed $seed: $(cat "$work/diff") $(head -1 "$work/err")"
done
# Figures of other lines: what was derived is told, the texts that changed with them come home.
rm -rf "${work:?}/home" "${work:?}/wanted" && cp -r "$sample" "$work/home" && cp -r "$sample" "$work/wanted"
sed 's/,78925600\.00/,79925600.00/' "$sample/budget-lines.csv" > "$work/wanted/budget-lines.csv"
sed 's/家具等办公设备/家具、车辆等/' "$sample/texts/part3.md" > "$work/wanted/texts/part3.md"
print "$work/wanted" -o "$work/wanted.docx"
take "$work/home" --edited "$work/wanted.docx" --apply
[ $? -eq 1 ] && grep -q 'budget-lines.csv:[0-9]' "$work/said" && same_csv "$sample" "$work/home" && cmp -s "$work/wanted/texts/part3.md" "$work/home/texts/part3.md"
say $? "another amount in the lines: $(tail -3 "$work/said" | tr '\n' ' ')"

# ---- one by one ----
edit() { # WHAT edits…: of the sample's book, into a fresh copy
  rm -rf "${work:?}/home" && cp -r "$sample" "$work/home"
  "$set" "$work/book.docx" "$work/e.docx" "$@" || { echo "FAIL docxset $*"; exit 2; }
  take "$work/home" --edited "$work/e.docx" --apply
}
edit track 办公电脑、打印机 办公电脑、复印机 && grep -q 办公电脑、复印机 "$work/home/texts/part3.md"
say $? "a tracked change is read as accepted"
edit behind 完成上级交办 '11. 做好新闻宣传。' && [ "$(tail -1 "$work/home/texts/part1-duties.md")" = '11. 做好新闻宣传。' ]
say $? "a new paragraph at the end of a text"
edit replace 缴存基数调整 '缴存基数按规定调整' && grep -q '缴存基数按规定调整' "$work/home/causes.csv"
say $? "a cause"
edit replace 主要是缴存基数 原因是缴存基数
[ $? -eq 1 ] && grep -q 主要是 "$work/said" && texts "$sample" > "$work/a" && texts "$work/home" > "$work/b" && cmp -s "$work/a" "$work/b"
say $? "words of a pattern are told and not taken"
edit behind '2023年收支总预算' '这一段放在两句由数据得出的话之间。' || grep -q 放不下 "$work/said"
say $? "a new paragraph between derived ones is told: $(tail -2 "$work/said")"
edit replace 其他实物资产为 '{{上年}}末其他实物资产为'
[ $? -eq 1 ] && ! grep -q '{{上年}}末' "$work/home/texts/part3.md"
say $? "braces are not taken"
edit drop 完成上级交办 - && ! grep -q 完成上级交办 "$work/home/texts/part1-duties.md"
say $? "a paragraph taken out"
take "$sample" --edited "$work/nothing.docx"
[ $? -gt 1 ] && [ -s "$work/err" ]
say $? "no such file"
print "$sample" -o "$work/book.pdf"
take "$sample" --edited "$work/book.pdf"
[ $? -gt 1 ] && grep -q docx "$work/err"
say $? "no Word document"

# ---- last year's published book ----
print "$sample" -o "$work/book.xlsx" && print "$sample" -o "$work/book.html"
for format in pdf docx xlsx html; do
  rm -rf "$work/next" && cp -r "$sample" "$work/next"
  for f in budget-lines income; do sed 's/^2023,/2024,/' "$sample/$f.csv" > "$work/next/$f.csv"; done
  sed 's/"year": 2023/"year": 2024/' "$sample/datapackage.json" > "$work/next/datapackage.json"
  head -1 "$sample/prior-lines.csv" > "$work/next/prior-lines.csv"
  take "$work/next" --published "$work/book.$format" && take "$work/next" --published "$work/book.$format" --apply
  say $? "published $format: $(tail -1 "$work/said") $(head -1 "$work/err")"
  "$heng" book text "$work/next" > "$work/text" && ! grep -q '比2023年[^，。；]*\(增加\|减少\)' "$work/text" && [ "$(grep -c 持平 "$work/text")" -ge 15 ]
  say $? "published $format: part 3 says otherwise than the book: $(grep -o '比2023年[^，。；]*\(增加\|减少\)[^，。；]*' "$work/text" | head -2 | tr '\n' ' ')"
  "$heng" book show "$work/next" T11 -f csv > "$work/t11" && grep -q '合计,"11,054.90",100.00%,"11,054.90",,"9,274.75"' "$work/t11"
  say $? "published $format: table 11: $(grep 合计 "$work/t11" | tail -1)"
  take "$work/next" --published "$work/book.$format" && grep -q 没有变化 "$work/said"
  say $? "published $format: taken twice: $(tail -1 "$work/said")"
done
take "$sample" --published "$work/book.pdf"
[ $? -gt 1 ] && grep -q -- --year "$work/err"
say $? "published: this year's book must be refused: $(head -1 "$work/err")"
cp -r "$work/next" "$work/more" && echo '2023,P,2170101,301,,,,11,100.00' >> "$work/more/prior-lines.csv"
take "$work/more" --published "$work/book.pdf"
[ $? -eq 1 ] && grep -q X-TWICE "$work/said"
say $? "published: other lines of that year would count twice"
take "$work/more" --published "$work/book.pdf" --delete-missing --apply && ! grep -q ',100.00$' "$work/more/prior-lines.csv"
say $? "published: --delete-missing puts the book's in their place"

if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$failed" -eq 0 ]
