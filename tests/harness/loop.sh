#!/bin/sh
# loop.sh HENG WSMAKE N [FIRST]: N random departments (wsmake; seeds from FIRST, 1), each as a workspace: checked, printed as PDF, DOCX, XLSX and HTML, read again, audited.
#   The check finds no error; the audit of no format finds one (what the random prose cannot give is not asked: missing causes are not errors); the facts of the
#   four formats are the same. One line a failure, then a count. Exit code 1 when one fails.
set -u
heng=$1 make=$2 n=$3 first=${4:-1}
here=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
say() {
  if [ "$1" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL seed $seed: $2"; fi
}
facts() { "$heng" read --facts "$1" | awk -F'\t' '!/^#/ && NF >= 10 && $1 != "field" && $5 !~ /where|alike|^like|^twin|^namesake|^goal$/ { gsub(/ /, "", $7); print $1 "\t" $4 "\t" $5 "\t" $7 "\t" ($8 == "blank" ? "zero" : $8) }' | sort; }
seed=$first
while [ "$seed" -lt $((first + n)) ]; do
  rm -rf "$work/w" && cp -r "$here/sample/workspace" "$work/w" && rm -f "$work"/w/texts/projects/*.md "$work/w/causes.csv" "$work/w/texts/part3.md"
  "$make" "$work/w" "$seed" > "$work/made" || exit 2
  "$heng" book check "$work/w" > "$work/check"
  say $? "check ($(sed "s,.*lines:,," "$work/made")): $(grep -m1 -E '错误' "$work/check")"
  for format in pdf docx xlsx html; do
    "$heng" book print "$work/w" -o "$work/book.$format" 2> "$work/err"
    say $? "$format: $(head -1 "$work/err")"
    "$heng" audit "$work/book.$format" > "$work/audit"
    say $? "$format: $(sed -n '/── 错误/,/依据/p' "$work/audit" | tr '\n' ' ' | cut -c1-400)"
    facts "$work/book.$format" > "$work/$format"
  done
  cmp -s "$work/docx" "$work/html"
  say $? "docx and html: $(diff "$work/docx" "$work/html" | head -2 | tr '\n' ' ')"
  cmp -s "$work/docx" "$work/xlsx"
  say $? "docx and xlsx: $(diff "$work/docx" "$work/xlsx" | head -2 | tr '\n' ' ')"
  cmp -s "$work/docx" "$work/pdf"
  say $? "docx and pdf: $(diff "$work/docx" "$work/pdf" | head -2 | tr '\n' ' ')"
  seed=$((seed + 1))
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
