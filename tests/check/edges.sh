#!/bin/sh
# edges.sh [ROOT]: the dependency law of docs/architecture.md, read from the #include lines of src/.
#   base ← document, rule, db, html ← rooms ← main; db ← http ← rooms; rule may also use what a document is (document/document.h)
#   another folder is used through its public headers only; rooms never in a circle, and codes ← budget ← audit ← book
#   sqlite3.h and libpq-fe.h in db/ only; microhttpd.h in http/ only; qpdf, libxml2, libzip, xlsxwriter, cairo, pango in document/ only
# Prints the edges between folders with their number, then each include that breaks the law. Exit code 1 when there is one.
set -u
cd "${1:-$(dirname "$0")/../..}/src" || exit 2
# shellcheck disable=SC2016
find . -name '*.[ch]' | sed 's,^\./,,' | sort | xargs -r awk '
function folder(path) { return path ~ /\// ? substr(path, 1, match(path, /\/[^\/]*$/) - 1) : "main" }
function layer(place) { return place ~ /^rooms\// ? "room" : place }
function bad(why) { printf "src/%s:%d: %s: %s\n", FILENAME, FNR, included, why; errors++ }

# May `from` use anything of `to`?
function may(from, to) {
  if (from == to || to == "base") return 1
  if (layer(from) == "room") return to ~ /^(document|rule|db|http|html)$/ || layer(to) == "room"
  if (from == "http") return to == "db"
  if (from == "main") return 1
  return from == "rule" && to == "document"
}
function public(to, name) {
  if (to == "base") return name !~ /internal\.h$/
  if (to == "document") return name ~ /^(document|write|xlsx_cells|archive|child)\.h$/
  if (to == "rule") return name ~ /^(rule|book)\.h$/
  if (to == "db") return name ~ /^(db|migrate|jobs)\.h$/
  if (to == "http") return name ~ /^(web|fetch)\.h$/
  if (to == "html") return name ~ /^(html|ui)\.h$/
  if (to == "rooms/admin") return name == "people.h"
  if (layer(to) == "room") return to == "rooms/" substr(name, 1, length(name) - 2)
  return 0
}
function quoted(from, to, name,   place) {
  place = to == "main" ? name : to "/" name
  if (name ~ /_(sql|html)\.h$/) return # made by tools/mksql and mktmpl, for its own folder
  if (!(place in exists)) return bad("no such file; write the path from src/")
  edges[from " " to]++
  if (!may(from, to)) return bad(from " may not use " to)
  if (from != to && from == "base") return bad("base uses nothing")
  if (from != to && !public(to, name)) return bad("is not a public header of " to)
  if (layer(from) == "room" && layer(to) == "room" && from != to) {
    if (from in rank && to in rank && rank[from] < rank[to]) return bad("against codes <- budget <- audit <- book")
    rooms[from]; rooms[to]; uses[from, to]
  }
}
function system_header(from, name) {
  if (name ~ /^(sqlite3|libpq-fe|postgresql\/libpq-fe)\.h$/ && from != "db") bad("only db/ includes it")
  if (name ~ /^(microhttpd|curl\/)/ && from != "http") bad("only http/ includes it")
  if (name ~ /^(qpdf\/|libxml\/|libxml2\/|zip\.h|zipconf\.h|xlsxwriter|cairo|pango)/ && from != "document") bad("only document/ includes it")
}
# Rooms that use no room left are taken away until nothing changes: what stays is in a circle, or uses one.
function circles(   again, r, other, free) {
  do {
    again = 0
    for (r in rooms) {
      free = 1
      for (other in rooms) if ((r, other) in uses) free = 0
      if (free) { delete rooms[r]; again = 1; break }
    }
  } while (again)
  for (r in rooms) { printf "src/%s: is in a circle of rooms, or uses one\n", r; errors++ }
}
BEGIN {
  rank["rooms/codes"] = 1; rank["rooms/budget"] = 2; rank["rooms/audit"] = 3; rank["rooms/book"] = 4
  for (i = 1; i < ARGC; i++) exists[ARGV[i]]
}
match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+[>"]/) {
  included = substr($0, RSTART, RLENGTH)
  sub(/^[^<"]*/, "", included)
  name = substr(included, 2, length(included) - 2)
  from = folder(FILENAME)
  files++
  if (included ~ /^</) { system_header(from, name); next }
  if (name ~ /\.\./) { bad("goes up"); next }
  quoted(from, folder(name), name ~ /\// ? substr(name, match(name, /[^\/]*$/)) : name)
}
END {
  for (e in edges) { split(e, w, " "); if (w[1] != w[2]) printf "  %3d  %s -> %s\n", edges[e], w[1], w[2] | "sort -k2" }
  close("sort -k2")
  circles()
  printf "edges: %d includes, %d against the law\n", files, errors
  exit errors > 0 || files == 0
}'
