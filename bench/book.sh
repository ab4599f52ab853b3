#!/bin/sh
# book.sh: how fast a book is made: bench/book.sh HENG BUILD. BUILD: the folder of the build (tests/wsmake and tests/harness/book_time are in it).
# docs/book-measured.md keeps the figures. REPEATS=N (default 5). Needs soffice for the comparison; without it that line is left out.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -lt 2 ] || [ ! -x "$1" ]; then
  echo "usage: bench/book.sh HENG BUILD" >&2
  exit 2
fi
heng=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
build=$(cd "$2" && pwd)
repeats=${REPEATS:-5}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 "$root/tests/hostile/limit.c" -o "$work/limit" || exit 2
export HENG_DATA="$root"

# measure COMMAND…: sets wall, cpu (ms) and peak (KiB).
measure() {
  "$work/limit" "$work/measured" 600 "$@" > /dev/null 2> "$work/errors" < /dev/null
  read -r code signal wall _ peak < "$work/measured"
  case $code in 0) ;; *) echo "bench: exit code $code, signal $signal: $* : $(head -n 1 "$work/errors")" >&2 ;; esac
}
median() {
  sort -n | awk '{ v[NR] = $1 } END { if (NR == 0) print "-"; else printf "%.1f\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
# several NAME COMMAND…: the middle of the wall times of REPEATS runs.
several() {
  name=$1 i=0
  shift
  : > "$work/walls"
  while [ $i -lt "$repeats" ]; do
    rm -rf "$work/out"
    measure "$@"
    echo "$wall" >> "$work/walls"
    i=$((i + 1))
  done
  echo "$name: $(median < "$work/walls") ms from a cold start (middle of $repeats), peak $((peak / 1024)) MiB"
}

echo "date $(date -u +%Y-%m-%d), $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $("$heng" version)"
sample=$root/sample/workspace
echo "the founding book, inside the process:"
"$build/tests/harness/book_time" "$sample" 51
several "check" "$heng" book check "$sample"
for format in pdf docx xlsx html json; do several "print $format" "$heng" book print "$sample" -o "$work/book.$format"; done
several "publish, with the audit of four formats" "$heng" book publish "$sample" -o "$work/out"

echo "500 units, 200,000 lines, inside the process:"
cp -r "$sample" "$work/big" && rm -f "$work"/big/texts/projects/*.md "$work/big/causes.csv"
"$build/tests/wsmake" "$work/big" 1 500 200000
"$build/tests/harness/book_time" "$work/big" 5
several "check" "$heng" book check "$work/big"

# LibreOffice from a cold start each, as our own; a run before both, so that its profile is there.
if command -v soffice > /dev/null; then
  office() {
    measure soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to pdf --outdir "$work/office" "$work/book.xlsx"
  }
  office
  : > "$work/ratios"
  : > "$work/ours"
  : > "$work/theirs"
  i=0
  while [ $i -lt "$repeats" ]; do
    measure "$heng" book print "$sample" -o "$work/book.pdf"
    ours=$wall
    office
    echo "$ours $wall" | awk '{ printf "%.2f\n", $2 / $1 }' >> "$work/ratios"
    echo "$ours" >> "$work/ours"
    echo "$wall" >> "$work/theirs"
    i=$((i + 1))
  done
  echo "book.pdf from the workspace $(median < "$work/ours") ms; LibreOffice converting our book.xlsx to PDF $(median < "$work/theirs") ms;" \
    "ratio (middle of pairs) $(median < "$work/ratios"), from $(sort -n "$work/ratios" | head -n 1) to $(sort -n "$work/ratios" | tail -n 1)"
fi
exit 0
