#!/bin/sh
# soak.sh [MINUTES [TARGET…]]: what takes too long for every change, run by hand as ./test soak. Each fuzz target for MINUTES (default 30), as many
# at a time as there are processors, then the harnesses whole, if real books are there. TARGET: names of fuzz/LIST, mutate, mutate_pdf, permute.
# Replaces the lines of docs/soak.md that were measured anew. Findings are left in build/soak/found: mend, then move them to fuzz/regress/TARGET/.
set -u
cd "$(dirname "$0")/.." || exit 2
. tools/setup.sh
work=build/soak rows=build/soak/rows

# row TARGET TIME EXECUTIONS RESULT: one line of the table.
row() {
  printf '| %s | %s | %s | %s | %s |\n' "$1" "$(date +%Y-%m-%d)" "$2" "$3" "$4" > "$rows/$1"
  cat "$rows/$1"
}

# One campaign: new inputs are kept in build/soak, so that the next one goes on from there.
fuzz() {
  name=$1
  mkdir -p "$work/corpus/$name" "fuzz/corpus/$name"
  began=$(date +%s)
  set -- "fuzz/corpus/$name"
  [ -d "fuzz/regress/$name" ] && set -- "$@" "fuzz/regress/$name"
  [ -f "fuzz/$name.dict" ] && set -- "$@" "-dict=fuzz/$name.dict"
  "build/fuzz/fuzz/fuzz_$name" -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
    -artifact_prefix="$work/found/$name-" "$work/corpus/$name" "$@" > "$work/$name.log" 2>&1
  code=$?
  times=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log" | tail -n 1)
  [ -n "$times" ] || times=$(sed -n 's/^#\([0-9]*\).*/\1/p' "$work/$name.log" | tail -n 1)
  result="no crash, hang or leak"
  [ $code -eq 0 ] || result="**failed**: $(grep -m 1 -E '^SUMMARY|ERROR: libFuzzer' "$work/$name.log" | cut -c1-120)"
  row "$name" "$((($(date +%s) - began) / 60)) min" "${times:-0}" "$result"
}

if [ "${1:-}" = --campaign ]; then # one of several at a time, see below
  minutes=$2
  fuzz "$3"
  exit
fi
minutes=${1:-30}
[ $# -gt 0 ] && shift
case $minutes in *[!0-9]* | '' | 0)
  echo "usage: ./test soak [MINUTES [TARGET…]]" >&2
  exit 2
  ;;
esac
all=$(cut -d' ' -f1 fuzz/LIST)
harnesses="mutate mutate_pdf permute"
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- $all $harnesses
mkdir -p $work/found $rows
rm -f $rows/*
targets='' runs=''
for name; do
  if echo "$all" | grep -qx "$name"; then
    targets="$targets $name"
  elif echo " $harnesses " | grep -q " $name "; then
    runs="$runs $name"
  else
    echo "soak: no target $name" >&2
    exit 2
  fi
done

if [ -n "$targets" ]; then
  # shellcheck disable=SC2086
  CC=clang-14 build_setup build/fuzz $fuzz_options || exit 2
  # shellcheck disable=SC2046,SC2086
  ninja -C build/fuzz --quiet $(printf 'fuzz/fuzz_%s ' $targets) || exit 2
fi
if [ -n "$runs" ]; then
  # shellcheck disable=SC2086
  build_setup build/release $release_options || exit 2
  # shellcheck disable=SC2046,SC2086
  ninja -C build/release --quiet $(printf 'tests/harness/%s ' $runs) || exit 2
fi

# shellcheck disable=SC2086
[ -z "$targets" ] || printf '%s\n' $targets | xargs -P "$(nproc)" -I TARGET "$0" --campaign "$minutes" TARGET

# harness NAME ARGUMENT…: what it says of itself is the result.
harness() {
  name=$1
  shift
  began=$(date +%s)
  "build/release/tests/harness/$name" "$@" > "$work/$name.log" 2>&1
  code=$?
  [ $code -eq 77 ] && echo "$name: skipped (no real books)" && return
  times=$(sed -n 's/^\([0-9]*\) \(changes\|rewritten\).*/\1/p' "$work/$name.log" | tail -n 1)
  [ -n "$times" ] || times=$(wc -l < "$work/$name.log")
  result=$(sed -n 's/^all  *[0-9]* *\([0-9.]*\) *\([0-9.]*\)$/noticed \1 %, as an error \2 %/p' "$work/$name.log")
  [ $code -eq 0 ] && result=${result:-nothing differs} || result="**failed** (exit code $code): $result"
  row "$name" "$((($(date +%s) - began) / 60)) min" "$times" "$result"
}
shared=${HENG_SHARED:-../shared}
for name in $runs; do
  case $name in
  mutate) harness mutate --changes 2000 --least 99 ;;
  mutate_pdf) harness mutate_pdf --changes 200 ;;
  permute) if [ -d "$shared/documents" ]; then harness permute "$shared"/documents/*.pdf "$shared"/documents/*.xlsx; else echo "permute: skipped (no real books)"; fi ;;
  esac
done

# Lines measured now replace the old ones of the same target; the others stay.
table=docs/soak.md
{
  cat << 'END'
# Soak

`./test soak [MINUTES [TARGET…]]` writes this file: libFuzzer campaigns with AddressSanitizer and UndefinedBehaviorSanitizer (10 s and 1 GiB an input at most), and the harnesses on real books, whole.

| target | date | time | executions | result |
|---|---|---|---|---|
END
  { cat $rows/* 2> /dev/null
    [ -f $table ] && grep '^| [a-z]' $table | grep -v '^| target'; } | awk -F'|' '!seen[$2]++' | sort
} > $work/table.md
mv $work/table.md $table
bad=$(cat $rows/* 2> /dev/null | grep -c 'failed')
good=$(cat $rows/* 2> /dev/null | grep -vc 'failed')
echo "$good passed, $bad failed"
[ "$bad" -eq 0 ]
