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
for format in pdf docx xlsx html; do
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

# Publishing: all or nothing.
out=$work/out
"$heng" book publish "$here/sample/workspace" -o "$out" > "$work/said"
say $? "publish: $(head -1 "$work/said")"
[ -s "$out/index.html" ] && [ -s "$out/book.pdf" ] && [ -s "$out/book.docx" ] && [ -s "$out/book.xlsx" ] && [ -s "$out/tables/T5-1.csv" ] && [ -s "$out/budget-lines.csv" ] && [ ! -e "$out/record.txt" ]
say $? "publish: files are missing"
cp -r "$out" "$work/first"
cp -r "$here/sample/workspace" "$work/w"
sed 's/,2500000\.00,/,2500001.00,/' "$here/sample/workspace/project-details.csv" > "$work/w/project-details.csv"
"$heng" book publish "$work/w" -o "$out" > /dev/null 2> "$work/err"
[ $? -eq 1 ] && grep -q 'W-DETAILS:projects.csv:' "$work/err" && diff -r "$out" "$work/first" > /dev/null
say $? "publish: an error must refuse and leave the old book"
words=$(sed -n 's/^  \([A-Z][^ ]*\)  .*/\1/p' "$work/err")
# Lists take every following word: all overrides, then all reasons.
over='' why=''
for word in $words; do over="$over $word" why="$why 核对后另行更正"; done
# shellcheck disable=SC2086
"$heng" book publish "$work/w" -o "$out" --override $over --reason $why > /dev/null 2>> "$work/err" && grep -q W-DETAILS "$out/record.txt"
say $? "publish: an override with its reason goes into the record: $(tail -1 "$work/err")"
"$heng" book publish "$here/sample/workspace" -o "$work" > /dev/null 2>&1
[ $? -eq 2 ]
say $? "publish: a folder of other files must be refused"
for after in 0.02 0.1 0.2 0.4 0.6; do
  "$heng" book publish "$here/sample/workspace" -o "$out" > /dev/null 2>&1 &
  sleep "$after"
  kill -9 $! 2> /dev/null
  wait $! 2> /dev/null
  [ -s "$out/book.json" ] && [ -s "$out/index.html" ] && [ -s "$out/book.pdf" ] && { [ -s "$out/record.txt" ] || diff -r "$out" "$work/first" > /dev/null; }
  say $? "publish: killed after $after s, the book is neither the old nor the new one"
done
"$heng" book publish "$here/sample/workspace" -o "$out" > /dev/null && [ -z "$(find "$work" -maxdepth 1 -name '.out.heng-next-*')" ] && diff -r "$out" "$work/first" > /dev/null
say $? "publish: after killed runs: leftovers, or another book"

# What publishing did not write stays, and what stands against it is told one by one.
cp -r "$out" "$work/mixed" && echo kept > "$work/mixed/notice.docx"
"$heng" book publish "$here/sample/workspace" -o "$work/mixed" > /dev/null 2>&1
[ $? -eq 2 ] && [ -s "$work/mixed/notice.docx" ]
say $? "publish: a file laid into the published folder was taken away"
mkdir "$work/other" && echo '{}' > "$work/other/book.json" && echo kept > "$work/other/thesis.txt"
"$heng" book publish "$here/sample/workspace" -o "$work/other" > /dev/null 2>&1
[ $? -eq 2 ] && [ -s "$work/other/thesis.txt" ]
say $? "publish: a foreign folder that holds a book.json was replaced"
rm -rf "$work/other" && mkdir "$work/other" && echo kept > "$work/other/index.html"
"$heng" book publish "$here/sample/workspace" -o "$work/other" > /dev/null 2>&1
[ $? -eq 2 ] && [ "$(cat "$work/other/index.html")" = kept ]
say $? "publish: a foreign folder with a page of its own was replaced"
"$heng" book publish "$here/sample/workspace" -o "$out/" > /dev/null 2>&1
say $? "publish: a slash at the end of the folder's name"
# A killed run's folder with our own process number (the shell's, kept by exec).
sh -c 'mkdir "$1/.out.heng-next-$$" && exec "$2" book publish "$3" -o "$1/out"' - "$work" "$heng" "$here/sample/workspace" > /dev/null 2>&1
say $? "publish: the leftover of a killed run with our own number"
cp -r "$here/sample/workspace" "$work/drafts"
draft=$(sed -n 2p "$work/drafts/budget-lines.csv" | sed 's/二下批复/一上/')
echo "$draft" >> "$work/drafts/budget-lines.csv"
"$heng" book publish "$work/drafts" -o "$work/nodrafts" > /dev/null && ! grep -q 一上 "$work/nodrafts/budget-lines.csv" && diff -r "$work/nodrafts" "$work/first" > /dev/null
say $? "publish: lines of another version were published"
rm -rf "$work/w" && cp -r "$here/sample/workspace" "$work/w" && rm "$work/w/income.csv"
"$heng" book check "$work/w" | grep -c W-BALANCE > "$work/told"
"$heng" book publish "$work/w" -o "$work/never" 2>&1 | grep -c W-BALANCE > "$work/listed"
cmp -s "$work/told" "$work/listed" && [ ! -e "$work/never" ]
say $? "publish: $(cat "$work/told") errors at one place, $(cat "$work/listed") listed"

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
