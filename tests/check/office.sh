#!/bin/sh
# office.sh HENG: whether an office program opens the sample's book.docx and book.xlsx as they are: LibreOffice, with a profile of its own.
#   DOCX: becomes about as many pages as our PDF, with every table's title; saved again as DOCX it holds the same facts.
#   XLSX: every value behind a formula is taken out, LibreOffice counts anew, and all of them must come to ours; the facts stay too.
#   A workbook with one formula changed must be found. "ok …" or "FAIL …" a check; exit code 1 when one fails, 77 without LibreOffice.
set -u
heng=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
for tool in soffice zip; do
  command -v $tool > /dev/null || { echo "office: skipped ($tool is not installed)"; exit 77; }
done
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); echo "ok $2"; else failed=$((failed + 1)); echo "FAIL $2${3:+: $3}"; fi
}
# Formulas of a workbook are counted anew on loading.
mkdir -p "$work/profile/user" "$work/out" "$work/as-pdf" "$work/again"
cat > "$work/profile/user/registrymodifications.xcu" << 'END'
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
END
convert() {
  to=$1 folder=$2
  shift 2
  HOME=$work timeout 100 soffice "-env:UserInstallation=file://$work/profile" --headless --norestore --convert-to "$to" --outdir "$folder" "$@" > "$work/soffice" 2>&1
}
facts() { "$heng" read --facts "$1" | awk -F'\t' '!/^#/ && NF >= 10 && $1 != "field" && $5 !~ /where|alike|^like|^twin|^namesake|^goal$/ { gsub(/ /, "", $7); print $1 "\t" $4 "\t" $5 "\t" $7 "\t" ($8 == "blank" ? "zero" : $8) }' | sort; }
# Sheet, cell, f for a formula, value to eight decimals: all numbers and errors of a workbook, in the order of the sheets.
numbers() {
  n=1
  while [ -s "$1/xl/worksheets/sheet$n.xml" ]; do
    sed 's/<c /\n&/g' "$1/xl/worksheets/sheet$n.xml" | grep '^<c ' | grep -vE '^<c [^>]*t="(s|str|inlineStr)"' |
      sed -nE "s/^<c r=\"([A-Z]+[0-9]+)\".*<f[^>]*>.*<\\/f><v>([^<]*)<\\/v>.*/$n \\1 f \\2/p; t; s/^<c r=\"([A-Z]+[0-9]+)\".*<v>([^<]*)<\\/v>.*/$n \\1 - \\2/p" |
      awk '{ if ($4 ~ /^[-0-9.eE+]+$/) printf "%s %s %s %.8f\n", $1, $2, $3, $4; else print }'
    n=$((n + 1))
  done
}
opened() { rm -rf "$work/x-$2" && mkdir "$work/x-$2" && unzip -q "$1" -d "$work/x-$2"; }

"$heng" book publish "$here/sample/workspace" -o "$work/out" > "$work/said"
say $? "publishing" "$(head -1 "$work/said")"

# Without our values, and a second time with one formula that leaves out its last part.
opened "$work/out/book.xlsx" ours
numbers "$work/x-ours" > "$work/ours"
for copy in emptied wrong; do
  cp -r "$work/x-ours" "$work/x-$copy"
  sed -i -E 's,(</f>)<v>[^<]*</v>,\1<v>0</v>,g' "$work/x-$copy"/xl/worksheets/sheet*.xml
done
sed -i -E 's,<f>([^<]*[A-Z]+[0-9]+)\+[A-Z]+[0-9]+</f>,<f>\1</f>,' "$work/x-wrong"/xl/worksheets/sheet*.xml
for copy in emptied wrong; do (cd "$work/x-$copy" && zip -q -r -X "../$copy.xlsx" .); done

cp "$work/out/book.docx" "$work/words.docx" && cp "$work/out/book.xlsx" "$work/sheets.xlsx"
convert pdf "$work/as-pdf" "$work/words.docx" "$work/sheets.xlsx" && [ -s "$work/as-pdf/words.pdf" ] && [ -s "$work/as-pdf/sheets.pdf" ]
say $? "LibreOffice opens both" "$(tail -1 "$work/soffice")"
convert xlsx "$work/again" "$work/emptied.xlsx" "$work/wrong.xlsx"
say $? "LibreOffice counts the workbook anew" "$(tail -1 "$work/soffice")"
convert docx "$work/again" "$work/words.docx"
say $? "LibreOffice saves the document again" "$(tail -1 "$work/soffice")"

# The document: pages, titles, facts.
pages() { pdfinfo "$1" 2> /dev/null | sed -n 's/^Pages: *//p'; }
own=$(pages "$work/out/book.pdf") words=$(pages "$work/as-pdf/words.pdf") sheets=$(pages "$work/as-pdf/sheets.pdf")
: "${own:=0}" "${words:=0}" "${sheets:=0}"
[ "$own" -gt 10 ] && [ $((words * 100)) -ge $((own * 75)) ] && [ $((words * 100)) -le $((own * 125)) ]
say $? "book.docx: $words pages, ours $own"
[ "$sheets" -ge 20 ] && [ "$sheets" -le $((own * 2)) ]
say $? "book.xlsx: $sheets pages"
pdftotext -layout "$work/as-pdf/words.pdf" - 2> /dev/null | tr -d ' \f' > "$work/words"
"$heng" book show "$here/sample/workspace" -f csv | tail -n +2 | tr -d '\r ' | cut -d, -f 3 > "$work/titles"
while read -r title; do grep -qF "$title" "$work/words" || echo "$title"; done < "$work/titles" > "$work/lost"
[ -s "$work/titles" ] || echo "no titles" > "$work/lost"
[ ! -s "$work/lost" ]
say $? "book.docx: every table's title is on its pages" "$(tr '\n' ' ' < "$work/lost")"
facts "$work/out/book.docx" > "$work/facts"
facts "$work/again/words.docx" > "$work/facts-again"
[ -s "$work/facts" ] && diff "$work/facts" "$work/facts-again" > "$work/diff"
say $? "book.docx saved again by LibreOffice: the same $(wc -l < "$work/facts") facts" "$(head -3 "$work/diff" | tr '\n' ' ')"

# The workbook: each value that LibreOffice came to, sheet by sheet.
opened "$work/again/emptied.xlsx" counted
numbers "$work/x-counted" > "$work/counted"
n=1
while [ -s "$work/x-ours/xl/worksheets/sheet$n.xml" ]; do
  grep "^$n " "$work/ours" > "$work/a"
  grep "^$n " "$work/counted" > "$work/b"
  if [ -s "$work/a" ]; then
    diff "$work/a" "$work/b" > "$work/diff"
    say $? "book.xlsx, sheet $n: $(grep -c ' f ' "$work/a") formulas and $(grep -c ' - ' "$work/a") numbers come to ours" "$(head -3 "$work/diff" | tr '\n' ' ')"
  fi
  n=$((n + 1))
done
[ "$(grep -c ' f ' "$work/ours")" -gt 100 ] && grep ' f ' "$work/ours" | grep -qv ' 0\.00000000$'
say $? "book.xlsx: $(grep -c ' f ' "$work/ours") formulas"
facts "$work/out/book.xlsx" > "$work/facts"
facts "$work/again/emptied.xlsx" > "$work/facts-again"
[ -s "$work/facts" ] && diff "$work/facts" "$work/facts-again" > "$work/diff"
say $? "book.xlsx counted anew: the same $(wc -l < "$work/facts") facts" "$(head -3 "$work/diff" | tr '\n' ' ')"
opened "$work/again/wrong.xlsx" wrong-counted
numbers "$work/x-wrong-counted" > "$work/counted"
! diff "$work/ours" "$work/counted" > "$work/diff" && [ "$(grep -c '^>' "$work/diff")" -ge 1 ]
say $? "a workbook whose sums leave something out is found" "$(grep -c '^>' "$work/diff") values"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
