#!/bin/sh
# run.sh: hostile files against the program: run.sh HENG [NAME…]. Each file is read and audited; either must end within 2 s and 256 MiB,
# without a signal, with an exit code that fits, and must name the file when it refuses. Prints one line a failure and a summary.
# The 2 s are of processor time, because other programs on the machine are not the file's fault; whoever waits instead is stopped after 20 s.
# HOSTILE_FACTOR=N allows N times the time and memory (for builds with sanitizers); HOSTILE_VERBOSE=1 prints every measurement.
set -u
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  echo "usage: run.sh HENG [NAME…]" >&2
  exit 2
fi
heng=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
shift
factor=${HOSTILE_FACTOR:-1}
most_ms=$((2000 * factor)) most_kib=$((256 * 1024 * factor))
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
flags="-std=c17 -D_GNU_SOURCE -O2 -Wall -Wextra"
# shellcheck disable=SC2086
${CC:-cc} $flags "$here"/make.c "$here"/make_pdf.c "$here"/make_office.c -lzip -lz -o "$work/make" || exit 2
# shellcheck disable=SC2086
${CC:-cc} $flags "$here"/limit.c -o "$work/limit" || exit 2
mkdir "$work/files"
cd "$work/files" || exit 2
"$work/make" "$@" > ../list || exit 2

passed=0 failed=0
fail() {
  echo "hostile: heng $command $name: $1"
  bad=1
}

# One run: sets code, signal, wall, cpu, peak.
run() {
  "$work/limit" ../measured $((20 * factor)) "$heng" --lang en "$command" "$name" > ../out 2> ../errors < /dev/null
  read -r code signal wall cpu peak < ../measured
  [ -z "${HOSTILE_VERBOSE:-}" ] || echo "$command $name: exit $code, signal $signal, $wall ms (cpu $cpu), $((peak / 1024)) MiB, $(head -n 1 ../errors)"
}

check() {
  bad=0
  run
  [ "$signal" -ne 0 ] && fail "killed by signal $signal"
  [ "${cpu%.*}" -gt "$most_ms" ] && fail "$cpu ms of processor time"
  [ "$peak" -gt "$most_kib" ] && fail "$((peak / 1024)) MiB"
  case $expect,$command,$code in
  refused,*,3 | either,*,[03] | either,audit,1 | read,*,0 | read,audit,1 | folder,*,[23]) ;;
  *) [ "$signal" -eq 0 ] && fail "exit code $code, but it was to be $expect" ;;
  esac
  [ "$code" -eq 3 ] && ! grep -qF "$name" ../errors && fail "refused without naming the file: $(head -n 1 ../errors)"
  grep -q -e 'Sanitizer' -e 'runtime error' ../errors && fail "$(grep -m 1 -e Sanitizer -e 'runtime error' ../errors)"
  if [ "$bad" -eq 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

while read -r name expect; do
  for command in read audit; do check; done
  rm -rf "./$name"
done < ../list
echo "hostile: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
