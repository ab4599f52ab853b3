#!/bin/sh
# oracle_tables.sh: are the amounts in the tables those that are printed? Page by page, the multiset of amounts that Heng reads (in cells and lines) must be that of
# `pdftotext -layout`, which shares no code with it; and every table must be read cleanly.
# Usage: tests/oracle_tables.sh [FOLDER]   (default: $HENG_SHARED/documents, or ../shared/documents beside the checkout)
# The pages listed in `explained` differ for reasons given in docs/reading-oracle.md; any other difference fails.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-${HENG_SHARED:-$root/../shared}/documents}
explained='
sh-pt-czj-2025-budget-dept.pdf 7
sh-pt-czj-2025-budget-dept.pdf 8
'
if [ ! -d "$folder" ] || ! command -v pdftotext > /dev/null; then
  echo "oracle_tables: skipped (no documents, or no pdftotext)"
  exit 77
fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$root" || exit 2
# shellcheck disable=SC2046
${CC:-cc} -std=c17 -D_GNU_SOURCE -DHENG_VERSION='"test"' -O2 -Isrc tests/tools/numbers.c src/document/*.c src/base/*.c $(pkg-config --cflags --libs pangocairo cairo-pdf libqpdf libxml-2.0 libzip \
  xlsxwriter jansson nettle zlib) -lm -o "$work/numbers" || exit 2
bad=0 files=0 pages=0 amounts=0 cells=0
for file in "$folder"/*.pdf; do
  name=$(basename "$file")
  files=$((files + 1))
  "$work/numbers" "$file" > "$work/ours" || { bad=$((bad + 1)); continue; }
  "$work/numbers" -c "$file" > "$work/cells" 2> "$work/doubtful"
  sed "s/^/$name: /" "$work/doubtful"
  bad=$((bad + $(wc -l < "$work/doubtful")))
  if ! pdftotext -layout "$file" "$work/text" 2> /dev/null || ! "$work/numbers" -t "$work/text" > "$work/theirs"; then
    echo "$name: pdftotext failed"
    continue
  fi
  pages=$((pages + $(pdfinfo "$file" 2> /dev/null | sed -n 's/^Pages: *//p')))
  amounts=$((amounts + $(wc -l < "$work/theirs")))
  cells=$((cells + $(wc -l < "$work/cells")))
  for page in $(diff "$work/ours" "$work/theirs" | sed -n 's/^[<>] \([0-9]*\) .*/\1/p' | sort -un); do
    if echo "$explained" | grep -qxF "$name $page"; then
      echo "$name page $page: differs, explained"
    else
      echo "$name page $page: ours < > theirs"
      diff "$work/ours" "$work/theirs" | grep "^[<>] $page " | head -n 10
      bad=$((bad + 1))
    fi
  done
done
echo "oracle_tables: $files files, $pages pages, $amounts amounts, $cells of them in cells of clean tables, $bad unexplained differences or doubtful tables"
[ "$bad" -eq 0 ]
