#!/bin/sh
# banned.sh [ROOT]: functions that CONTRIBUTING.md bans, in src/, tests/, fuzz/ and tools/. Comments and texts do not count.
# Everywhere: those that write without a limit, keep hidden state, or cannot say that they failed. In src/ also whatever ends the program
# (main.c alone returns its exit code; a forked child may _exit).
set -u
cd "${1:-$(dirname "$0")/../..}" || exit 2
# shellcheck disable=SC2016
find src tests fuzz tools -name '*.[ch]' 2> /dev/null | sort | xargs -r awk '
BEGIN {
  everywhere = "sprintf vsprintf strcpy stpcpy wcscpy strcat wcscat strncat strncpy strtok gets atoi atol atoll atof localtime gmtime asctime ctime " \
    "alloca mktemp tmpnam tempnam setjmp longjmp sigsetjmp siglongjmp rand srand"
  source = "exit quick_exit _Exit abort err errx verr verrx perror assert_perror"
  n = split(everywhere, w, " "); for (i = 1; i <= n; i++) ban[w[i]]
  n = split(source, w, " "); for (i = 1; i <= n; i++) ban_in_source[w[i]]
}
FNR == 1 { comment = 0; files++ }
{
  line = $0; code = ""
  while (line != "") {
    if (comment) {
      at = index(line, "*/")
      if (!at) break
      line = substr(line, at + 2); comment = 0
      continue
    }
    if (!match(line, /\/\*|\/\/|"|\047/)) { code = code line; break }
    code = code substr(line, 1, RSTART - 1)
    mark = substr(line, RSTART, RLENGTH); line = substr(line, RSTART + RLENGTH)
    if (mark == "//") break
    if (mark == "/*") { comment = 1; continue }
    while (line != "" && substr(line, 1, 1) != mark) line = substr(line, substr(line, 1, 1) == "\\" ? 3 : 2)
    line = substr(line, 2); code = code " "
  }
  while (match(code, /[A-Za-z_][A-Za-z_0-9]*[ \t]*\(/)) {
    word = substr(code, RSTART, RLENGTH - 1); sub(/[ \t]+$/, "", word)
    before = substr(code, 1, RSTART - 1)
    code = substr(code, RSTART + RLENGTH)
    if (before ~ /(\.|->)$/) continue
    if (word in ban || (FILENAME ~ /^src\// && FILENAME != "src/main.c" && word in ban_in_source)) {
      printf "%s:%d: %s() is banned (CONTRIBUTING.md)\n", FILENAME, FNR, word; errors++
    }
  }
}
END { printf "banned: %d files, %d calls\n", files, errors; exit errors > 0 || files == 0 }'
