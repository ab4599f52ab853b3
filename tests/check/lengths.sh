#!/bin/sh
# lengths.sh [ROOT]: how long functions, files and headers are. Reports median, 90th percentile and longest, for the program and for its tests;
# an error is a function over 120 lines, a file over 1,000, or a public header over 150. Needs universal-ctags.
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
command -v ctags > /dev/null || { echo "lengths: skipped (no ctags)"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# part NAME FOLDER…: lines "length place name", longest last.
part() {
  name=$1
  shift
  find "$@" -name '*.[ch]' 2> /dev/null | sort > "$work/files"
  [ -s "$work/files" ] || return 0
  ctags --language-force=C --kinds-C=f --sort=no -x --_xformat='%F	%n	%e	%N' -L "$work/files" |
    awk -F '\t' '{ print $3 - $2 + 1, $1 ":" $2, $4 }' | sort -n > "$work/functions"
  xargs awk 'FNR == 1 && NR > 1 { print n, name } { n = FNR; name = FILENAME } END { print n, name }' < "$work/files" | sort -n > "$work/lengths"
  grep '\.h$' "$work/lengths" | grep '^[0-9]* src/' | grep -v -e 'internal\.h$' -e '/office\.h$' > "$work/headers"
  summary "$name: functions" "$work/functions" 120
  summary "$name: files" "$work/lengths" 1000
  summary "$name: public headers" "$work/headers" 150
}

summary() {
  awk -v what="$1" -v most="$3" '
    { v[NR] = $1; line[NR] = $0 }
    END {
      if (NR == 0) exit
      median = v[int((NR + 1) / 2)]; p90 = v[int(NR * 0.9 + 0.999999)]
      printf "%-26s %4d, median %d, p90 %d, longest %s\n", what, NR, median, p90, line[NR]
      for (i = 1; i <= NR; i++) if (v[i] > most) { printf "TOO LONG (over %d): %s\n", most, line[i]; bad = 1 }
      exit bad
    }' "$2" || echo bad >> "$work/bad"
}

part program src tools
part tests tests fuzz
if [ -f "$work/bad" ]; then
  echo "lengths: $(wc -l < "$work/bad") kinds too long"
  exit 1
fi
echo "lengths: all within the limits"
