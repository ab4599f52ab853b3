#!/bin/sh
# cells.sh FILE: every cell with text of every table of a published book, as "T5-1<TAB>text", in order, blanks taken out, thousands separators too:
# the same list for .txt, .html, .docx and .xlsx if they say the same. POSIX tools and unzip.
set -eu
file=$1
plain() { # drops blanks and the commas of amounts
  awk -F '\t' '{
    text = $2
    gsub(/[ \r]/, "", text)
    if (text ~ /^-?[0-9][0-9,]*\.[0-9][0-9]$/) gsub(/,/, "", text)
    if (text != "") print $1 "\t" text
  }'
}
entities() { sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'; }
case $file in
*.txt) awk -F '\t' '/^公开表 / { table = "T" substr($0, length("公开表 ") + 1) } /^第三部分/ { table = "" } table != "" && NF > 1 { for (i = 1; i <= NF; i++) print table "\t" $i }' "$file" | plain ;;
*.html)
  tr -d '\n' < "$file" | sed 's/<section /\n&/g; s/<t[hd]/\n&/g; s,</t[hd]>,&\n,g; s,<br>,,g' | awk '
    /^<section / && match($0, /id="T[^"]*"/) { table = substr($0, RSTART + 4, RLENGTH - 5) }
    /^<t[hd][ >]/ { gsub(/<[^>]*>/, ""); print table "\t" $0 }' | entities | plain
  ;;
*.docx)
  unzip -p "$file" word/document.xml | sed 's/<w:tc>/\n&/g; s,</w:tc>,&\n,g; s/<w:p>/\n&/g' | awk '
    /^<w:tc>/ { inside = 1; text = "" }
    { line = $0; gsub(/<[^>]*>/, "", line) }
    inside { text = text line }
    !inside && line ~ /^公开表 / { table = "T" substr(line, length("公开表 ") + 1) }
    /<\/w:tc>/ { inside = 0; print table "\t" text }' | entities | plain
  ;;
*.xlsx)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  unzip -q "$file" -d "$work"
  tr -d '\n' < "$work/xl/sharedStrings.xml" | sed 's/<si>/\n&/g' | awk '/^<si>/ { gsub(/<[^>]*>/, ""); print }' > "$work/strings"
  sed 's/<sheet /\n&/g' "$work/xl/workbook.xml" | awk 'match($0, /name="公开表[^"]*"/) {
      name = substr($0, RSTART + 6, RLENGTH - 7); sub(/公开表/, "T", name)
      match($0, /sheetId="[0-9]*"/); print substr($0, RSTART + 9, RLENGTH - 10), name }' > "$work/sheets"
  while read -r id name; do
    sed 's/<c /\n&/g' "$work/xl/worksheets/sheet$id.xml" | awk -v table="$name" -v strings="$work/strings" '
      BEGIN { while ((getline line < strings) > 0) string[n++] = line }
      /^<c / && match($0, /r="[A-Z]*[0-9]*"/) {
        row = substr($0, RSTART + 3, RLENGTH - 4); gsub(/[A-Z]/, "", row)
        if (row + 0 < 4 || !match($0, /<v>[^<]*/)) next
        value = substr($0, RSTART + 3, RLENGTH - 3)
        text = $0 ~ / t="s"/ ? string[value] : sprintf("%.2f", value)
        if (text !~ /^备注：/) print table "\t" text
      }'
  done < "$work/sheets" | entities | plain
  ;;
*) echo "cells.sh: what is $file?" >&2; exit 2 ;;
esac
