#!/bin/sh
# run.sh: how fast and how large the program is, on real books: bench/run.sh HENG [SHARED]. docs/measured.md keeps the figures.
# Needs pdftotext (poppler-utils) and a C compiler. REPEATS=N (default 5) pairs of runs. Close other programs first: the load is printed.
# SHARED: the folder of real books (documents/*.pdf, founding/*.txt); default $HENG_SHARED, else ../shared beside the checkout.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  echo "usage: bench/run.sh HENG [SHARED]" >&2
  exit 2
fi
heng=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shared=${2:-${HENG_SHARED:-$root/../shared}}
repeats=${REPEATS:-5}
if [ ! -d "$shared/documents" ]; then
  echo "bench: skipped (no real books; give their folder)"
  exit 77
fi
shared=$(cd "$shared" && pwd)
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
${CC:-cc} -std=c17 -D_GNU_SOURCE -O2 "$root/tests/hostile/limit.c" -o "$work/limit" || exit 2

# measure COMMAND…: sets wall, cpu (ms) and peak (KiB). An audit that finds errors ends with 1; anything else that is not 0 is said.
measure() {
  "$work/limit" "$work/measured" 600 "$@" > /dev/null 2> "$work/errors" < /dev/null
  read -r code signal wall cpu peak < "$work/measured"
  case $code in 0 | 1) ;; *) echo "bench: exit code $code, signal $signal: $* : $(head -n 1 "$work/errors")" >&2 ;; esac
}

# Middle of the numbers on standard input.
median() {
  sort -n | awk '{ v[NR] = $1 } END { if (NR == 0) print "-"; else printf "%.3f\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

calc() {
  awk "BEGIN { printf \"$1\n\", $2 }"
}

say_machine() {
  cores=$(nproc)
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
  echo "date $(date -u +%Y-%m-%d), $cores cores${model:+ ($model)}, $system, load $(cut -d' ' -f1-3 /proc/loadavg), $("$heng" version), $repeats repeats"
}

# CPU of the whole audit in one batch, against pdftotext over the same files right before or after it.
against_pdftotext() {
  : > "$work/ratios"
  : > "$work/ours"
  : > "$work/theirs"
  i=0
  while [ $i -lt "$repeats" ]; do
    measure "$heng" audit --quiet "$@"
    a=$cpu
    # shellcheck disable=SC2016
    measure sh -c 'for f; do pdftotext -layout "$f" /dev/null 2> /dev/null; done' sh "$@"
    calc %.4f "$a / $cpu" >> "$work/ratios"
    echo "$a" >> "$work/ours"
    echo "$cpu" >> "$work/theirs"
    i=$((i + 1))
  done
  echo "cpu: $# files; audit $(median < "$work/ours") ms, pdftotext -layout $(median < "$work/theirs") ms; ratio (median of pairs) $(median < "$work/ratios")," \
    "from $(sort -n "$work/ratios" | head -n 1) to $(sort -n "$work/ratios" | tail -n 1)"
}

# Peak memory and the time from a cold start, a document at a time.
one_by_one() {
  : > "$work/peaks"
  : > "$work/starts"
  for file; do
    : > "$work/walls"
    i=0
    while [ $i -lt "$repeats" ]; do
      measure "$heng" audit --quiet "$file"
      echo "$wall" >> "$work/walls"
      i=$((i + 1))
    done
    echo "$((peak / 1024)) $(basename "$file")" >> "$work/peaks"
    echo "$(median < "$work/walls") $(basename "$file")" >> "$work/starts"
  done
  echo "memory: largest $(sort -n "$work/peaks" | tail -n 1 | sed 's/ / MiB, /'); median $(cut -d' ' -f1 "$work/peaks" | median) MiB"
  echo "cold start: slowest $(sort -n "$work/starts" | tail -n 1 | sed 's/ / ms, /'); median $(cut -d' ' -f1 "$work/starts" | median) ms"
}

# Two workers against one, on four copies of every file, so that a single large book at the end does not decide.
two_workers() {
  mkdir "$work/copies"
  for copy in 1 2 3 4; do
    for file; do cp "$file" "$work/copies/$copy-$(basename "$file")"; done
  done
  : > "$work/ratios"
  i=0
  while [ $i -lt "$repeats" ]; do
    measure "$heng" audit --quiet -j 1 "$work/copies"
    a=$wall
    measure "$heng" audit --quiet -j 2 "$work/copies"
    calc %.4f "$a / $wall" >> "$work/ratios"
    i=$((i + 1))
  done
  echo "workers: two are $(median < "$work/ratios") times as fast as one (median), from $(sort -n "$work/ratios" | head -n 1)" \
    "to $(sort -n "$work/ratios" | tail -n 1); last: $a ms and $wall ms; peak with two $((peak / 1024)) MiB"
}

# One more copy in a batch costs what the audit itself costs: reading, recognising, checking, reporting, without the program's start.
founding() {
  mkdir "$work/founding"
  for i in $(seq 101); do cp "$1" "$work/founding/$i.txt"; done
  : > "$work/each"
  i=0
  while [ $i -lt "$repeats" ]; do
    measure "$heng" audit --quiet "$work/founding/1.txt"
    a=$cpu
    measure "$heng" audit --quiet "$work/founding"
    calc %.3f "($cpu - $a) / 100" >> "$work/each"
    i=$((i + 1))
  done
  echo "founding document: $(median < "$work/each") ms of CPU each in a batch"
}

say_machine
against_pdftotext "$shared"/documents/*.pdf
one_by_one "$shared"/documents/*.pdf
two_workers "$shared"/documents/*.pdf
for file in "$shared"/founding/*.txt; do
  [ -f "$file" ] && founding "$file"
done
exit 0
