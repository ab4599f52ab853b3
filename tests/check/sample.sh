#!/bin/sh
# sample.sh [HENG]: the sample book. The published tables are sums of the workspace's lines, worked out here again; text, page, Word file, workbook and
# PDF say the same; the copy with errors differs where ERRORS.tsv says and nowhere else. With HENG: the right book has no error, the other all that are
# listed. Needs unzip; pdftotext for the PDFs.
set -u
cd "$(dirname "$0")/../.." || exit 2
heng=${1:-}
case $heng in '' | /*) ;; *) heng=$PWD/$heng ;; esac
sample=sample check=tests/check/sample
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# ok NAME COMMAND…: the command must succeed; what it prints is shown when it does not.
ok() {
  name=$1
  shift
  if "$@" > "$work/out" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAIL $name"
    head -n 20 "$work/out" | sed 's/^/     /'
  fi
}
none() { [ -s "$1" ] && cat "$1" && return 1; [ -f "$1" ]; }

command -v unzip > /dev/null || { echo "sample: skipped (no unzip)"; exit 77; }

# ---- the workspace, and the tables that follow from it ----
w=$sample/workspace
grep -l '"' $w/*.csv > "$work/quoted"
ok "no quotes in CSV files: the sums below split at commas" none "$work/quoted"
for file in "$w"/*.csv; do
  awk -v path="$(basename "$file")" 'index($0, "\"path\":") { mine = index($0, "\"" path "\"") } mine && match($0, /\{"name": "[^"]*"/) {
      name = name sep substr($0, RSTART + 10, RLENGTH - 11); sep = "," } END { print name }' $w/datapackage.json > "$work/described"
  head -n 1 "$file" | sed 's/^\xef\xbb\xbf//' > "$work/head"
  ok "datapackage.json describes the columns of $(basename "$file")" diff "$work/described" "$work/head"
done
awk -F, -f $check/lines.awk $w/sources.csv $w/functions.csv $w/units.csv $w/projects.csv $w/income.csv $w/budget-lines.csv $w/prior-lines.csv \
  $w/project-details.csv $w/purchases.csv > "$work/unsorted" || failed=$((failed + 1))
LC_ALL=C sort "$work/unsorted" > "$work/lines"
printed() { awk -F '\t' -f $check/printed.awk "$1" | LC_ALL=C sort; }
printed $sample/published/book.txt > "$work/printed"
ok "more than 350 amounts compared" [ "$(wc -l < "$work/lines")" -gt 350 ]
ok "published tables are sums of the lines" diff "$work/lines" "$work/printed"
awk -F, -f $check/said.awk $w/functions.csv $w/budget-lines.csv $w/prior-lines.csv $w/purchases.csv $w/assets.csv > "$work/said"
while IFS= read -r sentence; do ok "said: $sentence" grep -qF -- "$sentence" $sample/published/book.txt; done < "$work/said"

# ---- personal data ----
grep -rnE '(^|[^0-9])(1[3-9][0-9]{9}|8[0-9]{7})([^0-9]|$)' $w $sample/*.md $sample/*/book.txt > "$work/phones"
ok "no telephone numbers" none "$work/phones"

# ---- every file says the same ----
amounts() { grep -oE '[0-9][0-9,]*\.[0-9][0-9]' "$1" | tr -d , | LC_ALL=C sort; }
for copy in published with-errors; do
  book=$sample/$copy/book
  ok "$copy: cells of the text" sh $check/cells.sh $book.txt
  sh $check/cells.sh $book.txt > "$work/$copy"
  ok "$copy: more than 1500 cells compared" [ "$(wc -l < "$work/$copy")" -gt 1500 ]
  for format in html docx xlsx; do
    sh $check/cells.sh $book.$format > "$work/$format"
    ok "$copy: $format has the cells of the text" diff "$work/$copy" "$work/$format"
  done
  sed -n 's,^<p class="text[ a-z]*">\(.*\)</p>$,\1,p' $book.html | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' > "$work/paragraphs"
  ok "$copy: the page has paragraphs" [ "$(wc -l < "$work/paragraphs")" -gt 60 ]
  awk 'NR == FNR { have[$0] = 1; next } !have[$0]' $book.txt "$work/paragraphs" > "$work/lost"
  ok "$copy: its paragraphs are those of the text" none "$work/lost"
  if command -v pdftotext > /dev/null; then
    pdftotext -layout $book.pdf "$work/pdf.txt"
    amounts "$work/pdf.txt" > "$work/pdf"
    amounts $book.txt > "$work/text"
    ok "$copy: the PDF has the amounts of the text" diff "$work/text" "$work/pdf"
  else
    skipped=$((skipped + 1))
    echo "SKIP $copy: the PDF (no pdftotext)"
  fi
  ok "$copy: PDF under 1.5 MB" [ "$(wc -c < $book.pdf)" -lt 1500000 ]
done
ok "the sample is under 4 MB" [ "$(find $sample -type f -exec cat {} + | wc -c)" -lt 4000000 ]

# ---- the planted errors ----
diff "$work/published" "$work/with-errors" > "$work/changes"
sed -n 's/^[<>] \(T[0-9-]*\)\t.*/\1/p' "$work/changes" | sort -u > "$work/tables-changed"
sed 1d $sample/with-errors/ERRORS.tsv | cut -f2 | sort -u > "$work/tables-listed"
ok "eight errors are listed" [ "$(sed 1d $sample/with-errors/ERRORS.tsv | wc -l)" -eq 8 ]
ok "errors stand where the list says and nowhere else" diff "$work/tables-listed" "$work/tables-changed"
printed $sample/with-errors/book.txt > "$work/wrong"
ok "the sums of the lines do not fit the copy with errors" [ "$(diff "$work/lines" "$work/wrong" | grep -c '^[<>]')" -gt 20 ]

# ---- what the audit says ----
# found TABLE RULE: an error whose rule, or one of whose consequences, is RULE, at a place in TABLE (T5-1 is T05-1 there).
found() {
  awk -v table="$1" -v rule="$2" 'BEGIN { split(table, part, "-"); number = substr(part[1], 2); id = sprintf("T%02d", number) substr(table, length(part[1]) + 1) }
    index($0, "\"severity\":\"error\"") && index($0, "\"" rule "\"") && (index($0, "\"table\":\"" id "\"") || index($0, "\"table\":\"" id ".")) { hit = 1 }
    END { exit !hit }' "$work/findings"
}
if [ -n "$heng" ]; then
  for format in txt html docx xlsx pdf; do
    ok "audit: the right book has no error, $format" "$heng" audit --quiet $sample/published/book.$format
    "$heng" audit --quiet --format json $sample/with-errors/book.$format | tr -d '\n ' | sed 's/{"number":/\n&/g' > "$work/findings"
    ok "audit: one finding for each planted error, $format" [ "$(grep -c '"severity":"error"' "$work/findings")" -eq 8 ]
    sed 1d $sample/with-errors/ERRORS.tsv > "$work/list"
    while IFS="$(printf '\t')" read -r id table _ _ _ _ _ rule _; do ok "audit: $id $table $rule, $format" found "$table" "$rule"; done < "$work/list"
  done
else
  skipped=$((skipped + 1))
  echo "SKIP the audit (no program given)"
fi
echo "sample: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
