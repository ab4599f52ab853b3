#!/bin/sh
# book.sh HENG: the sample's workspace to a book and back: printed in each format, read again and audited.
#   no error and no warning in any format; the facts of all formats are the same; two runs give the same bytes; the tables and forms hold the amounts of sample/published.
# One line a check, "ok …" or "FAIL …"; exit code 1 when one fails.
set -u
heng=$1
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL $2"; fi
}
# Table, row, measure, value: without the places. Texts and the words about other tables stay out.
# A goal's name spans its indicators: over the end of a page of a PDF a reader cannot always tell whose they are, so that fact is not compared.
facts() { "$heng" read --facts "$1" | awk -F'\t' '!/^#/ && NF >= 10 && $1 != "field" && $5 !~ /where|alike|^like|^twin|^namesake|^goal$/ { gsub(/ /, "", $7); print $1 "\t" $4 "\t" $5 "\t" $7 "\t" ($8 == "blank" ? "zero" : $8) }' | sort; }

"$heng" book check "$here/sample/workspace" > "$work/check"
say $? "heng book check sample/workspace: $(tail -1 "$work/check")"
"$heng" book ask "$here/sample/workspace" > /dev/null
say $? "heng book ask: something is missing"
facts "$here/sample/published/book.txt" > "$work/published"
for format in pdf docx html; do
  "$heng" book print "$here/sample/workspace" -o "$work/book.$format" && "$heng" book print "$here/sample/workspace" -o "$work/again.$format"
  say $? "$format: printing"
  cmp -s "$work/book.$format" "$work/again.$format"
  say $? "$format: two runs differ"
  "$heng" audit "$work/book.$format" -f json > "$work/audit.json"
  say $? "$format: the audit finds an error"
  grep -q '"errors": *0,' "$work/audit.json" && grep -q '"warnings": *0,' "$work/audit.json"
  say $? "$format: $(grep -o '"summary".*' "$work/audit.json" | head -c 200)"
  facts "$work/book.$format" > "$work/$format.facts"
  diff "$work/published" "$work/$format.facts" > "$work/diff"
  say $? "$format: $(grep -c '^[<>]' "$work/diff") facts are not those of sample/published: $(head -3 "$work/diff" | tr '\n' ' ')"
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
