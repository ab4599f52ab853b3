#!/bin/sh
# ocr.sh HENG SCAN [PAGES [DEGREES [NOISE]]]: the sample book made to look scanned, read with --ocr: the share of its amounts that are read right;
# the copy with planted errors: what it warns of. PAGES: "FIRST LAST", default 5 12.
# Of the figures 99 % must be right, and 95 % in their row and column; nothing may be an error.
set -u
[ $# -ge 2 ] || { sed -n '2,4s/^# //p' "$0"; exit 2; }
for program in tesseract pdftoppm; do
  command -v $program > /dev/null || { echo "ocr: skipped (no $program)"; exit 77; }
done
tesseract --list-langs 2> /dev/null | grep -q '^chi_sim$' || { echo "ocr: skipped (tesseract has no chi_sim)"; exit 77; }
case $1 in /*) heng=$1 ;; *) heng=$PWD/$1 ;; esac
case $2 in /*) scan=$2 ;; *) scan=$PWD/$2 ;; esac
# shellcheck disable=SC2086
set -- ${3:-5 12} "${4:-0.6}" "${5:-25}"
first=$1 last=$2 degrees=$3 noise=$4
sample=$(cd "$(dirname "$0")/../../sample" && pwd) || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
passed=0 failed=0
check() { # WHAT COMMAND…
  what=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $what"; fi
}

# scanned NAME: NAME.pdf of the sample, its pages as pictures, and the same pages of the original.
scanned() {
  pdftoppm -r 300 -gray -f "$first" -l "$last" "$sample/$1/book.pdf" "$1" || return 1
  "$scan" "$1.pdf" "$degrees" "$noise" 1 "$1"-*.pgm && rm -f "$1"-*.pgm
}
check "scan of the published book" scanned published
check "scan of the book with errors" scanned with-errors

# Facts of those pages with a number: table, row, column, place in order, value.
facts() {
  awk -F '\t' -v first="$2" -v last="$3" '
    $8 == "value" || $8 == "zero" { page = $10; sub(/^p/, "", page); if (page + 0 < first || page + 0 > last) next
      key = $2 "\t" $3 "\t" $4 "\t" $5; n[key]++; print key "\t" n[key] "\t" ($8 == "zero" ? 0 : $7) }' "$1" | sort
}
values() { cut -f 6 "$1" | sort; }
began=$(date +%s%N)
for name in published with-errors; do
  "$heng" read --facts "$sample/$name/book.pdf" > $name.true 2> /dev/null
  "$heng" read --facts --ocr $name.pdf > $name.read
  facts $name.true "$first" "$last" > $name.a
  facts $name.read 1 9999 > $name.b
  total=$(wc -l < $name.a) right=$(comm -12 $name.a $name.b | wc -l) wrong=$(comm -13 $name.a $name.b | wc -l)
  echo "$name: pages $first-$last, $degrees degrees, noise $noise: $total amounts, $right read right ($(awk "BEGIN { printf \"%.2f\", $right * 100 / ($total ? $total : 1) }") %), $wrong others read"
  values $name.a > $name.va && values $name.b > $name.vb
  echo "  as figures alone: $(comm -12 $name.va $name.vb | wc -l) of $total, $(comm -13 $name.va $name.vb | wc -l) that are not there: $(comm -13 $name.va $name.vb | head -n 5 | tr '\n' ' ')"
  check "$name: 95 % right in their places" [ $((right * 100)) -ge $((total * 95)) ]
  check "$name: 99 % of the figures right" [ "$(comm -12 "$name.va" "$name.vb" | wc -l)00" -ge $((total * 99)) ]
  check "$name: few others" [ $((wrong * 100)) -le $((total * 5)) ]
done
pages=$((2 * (last - first + 1)))
echo "$((($(date +%s%N) - began) / 1000000 / pages)) ms a page"

"$heng" audit --ocr published.pdf --lang en > published.txt
check "nothing of the published book is an error" [ $? -eq 0 ]
check "the report says so first" sh -c "head -n 5 published.txt | grep -q 'figures were read by character recognition and are to be confirmed'"
"$heng" audit --ocr with-errors.pdf --lang en -f json > errors.json
check "nothing of the book with errors is an error" [ $? -eq 0 ]
check "warnings are to be confirmed" grep -q '"to_confirm": *true' errors.json
"$heng" audit --ocr with-errors.pdf --lang en | tail -n 1
grep -o '"severity": *"warning"' errors.json | wc -l | sed 's/$/ warnings in the book with errors/'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
