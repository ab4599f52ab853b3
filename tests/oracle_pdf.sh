#!/bin/sh
# oracle_pdf.sh: does the PDF reader see the same characters on every page as pdftotext? White space aside, page by page, as multisets.
# Usage: tests/oracle_pdf.sh [FOLDER]   (default: $HENG_SHARED/documents, or ../shared/documents beside the checkout)
# The pages listed in `explained` differ for reasons given in docs/reading-oracle.md; any other difference fails.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-${HENG_SHARED:-$root/../shared}/documents}
explained='
js-court-2017-budget.pdf 20
js-court-2018-budget.pdf 18
sh-pt-czj-2025-budget-dept.pdf 7
sh-pt-czj-2025-budget-dept.pdf 8
'
if [ ! -d "$folder" ] || ! command -v pdftotext > /dev/null; then
  echo "oracle_pdf: skipped (no documents, or no pdftotext)"
  exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 2
base="src/base/err.c src/base/mem.c src/base/text.c src/base/fold.c"
readers=$(find src/document -name "pdf*.c" ! -name "pdf_write*")
# shellcheck disable=SC2086
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 -Isrc tests/tools/glyphs.c $readers $base -lqpdf -lz -lm -o "$work/glyphs" || exit 2
# shellcheck disable=SC2086
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 -Isrc tests/tools/multiset.c $base -o "$work/multiset" || exit 2
bad=0 files=0 same=0
for file in "$folder"/*.pdf; do
  name=$(basename "$file")
  files=$((files + 1))
  "$work/glyphs" "$file" > "$work/ours" 2> "$work/notes" || { echo "$name: not read: $(tail -n 1 "$work/notes")"; bad=$((bad + 1)); continue; }
  pdftotext -raw "$file" "$work/theirs" 2> /dev/null || { echo "$name: pdftotext failed"; continue; }
  "$work/multiset" "$work/ours" "$work/theirs" > "$work/report"
  pages=$(sed -n 's/^page \([0-9]*\):.*/\1/p' "$work/report")
  [ -z "$pages" ] && same=$((same + 1))
  for page in $pages; do
    if echo "$explained" | grep -qxF "$name $page"; then
      echo "$name page $page: differs, explained"
    else
      echo "$name $(grep "^page $page:" "$work/report")"
      bad=$((bad + 1))
    fi
  done
done
echo "oracle_pdf: $files files, $same the same on every page, $bad unexplained differences"
[ "$bad" -eq 0 ]
