#!/bin/sh
# founding.sh HENG BOOK [FOUNDING]: a book made from sample/workspace (BOOK, any format that heng reads) beside the published founding document, figure by figure:
#   every amount of tables 1–10, the money, projects, sources, details, purchases, codes and totals of tables 11 and 12, every number of the narrative that is
#   bound to a fact, and the values of indicators of the same name. Each difference must be an entry of tests/founding.tsv (error, place, published, ours), each entry
#   must still be one, and come from an error of the published book in tests/founding-errors.tsv (S00: no error, we say more). Prints what is not listed or no longer there; ends with a count. Exit code 1 when something is wrong, 77 without the document.
set -u
heng=$1 book=$2
here=$(cd "$(dirname "$0")" && pwd)
founding=${3:-${HENG_SHARED:-$here/../../shared}/founding/wuhan-jrj-2023-budget.txt}
[ -f "$founding" ] || { echo "skipped: no founding document at $founding"; exit 77; }
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT

# Facts of tables as "place<TAB>value": place is table, row, measure and, of rows of one key, their number.
facts() {
  "$heng" read --facts "$1" | awk -F'\t' -v OFS='\t' '
    function plain(v) { gsub(/,/, "", v); if (v ~ /^-?[0-9]+\.[0-9]*%?$/) { p = v ~ /%$/; sub(/%$/, "", v); sub(/0+$/, "", v); sub(/\.$/, "", v); if (p) v = v "%" } return v }
    /^#/ || NF < 10 || $1 == "field" { next }
    $5 ~ /where|alike|^twin|^namesake|^like|^first$/ { next }
    $2 ~ /^(goal|project)-(long|annual)$/ { if ($5 !~ /^(low|high|before[12]\.low)$/) next }
    $2 ~ /^(project-details|project-purchases|project-goals|goal-goals)$/ && $5 !~ /^(amount|econ)$/ { next }
    $2 == "goal-projects" && $5 !~ /^(amount|year|all-years|total)$/ { next }
    $2 == "project-head" && $7 !~ /^-?[0-9.]+$/ { next }
    { v = plain($7); if ($8 == "zero" || $8 == "blank" || $8 == "dash") v = "0"; k = $1 " " $4 " " $5; n[k]++; print k (n[k] > 1 ? " " n[k] : ""), v }' | sort
}
# Fields that hold codes, and claims: concept, column and number; sentences are ours.
fields() {
  "$heng" read --facts "$1" | awk -F'\t' -v OFS='\t' '$1 == "field" && $2 ~ /^project\.(code|start|end)$/ { k = $2 " " $3; print k, $5 == "" ? "0" : $5 }' | sort
}
claims() {
  "$heng" read --claims "$1" | awk -v OFS='\t' '
    $1 !~ /^said/ { next }
    { for (i = 3; i <= NF; i++) if ($i ~ /^(amount|change|growth|share|count|base-amount)=/) { split($i, a, "="); v = a[2]; p = v ~ /%$/; sub(/%$/, "", v)
        if (v ~ /\./) { sub(/0+$/, "", v); sub(/\.$/, "", v) } if (p) v = v "%"; k = $1 " " $2 " " a[1]; if ((k, v) in seen) continue; seen[k, v] = 1; print k, v } }' | sort
}
for side in theirs ours; do
  [ $side = theirs ] && file=$founding || file=$book
  { facts "$file"; fields "$file"; claims "$file"; } > "$work/$side" || exit 2
  [ -s "$work/$side" ] || { echo "nothing was read of $file"; exit 1; }
done
awk -F'\t' -v OFS='\t' '
  function count(id, k) { used[k] = 1; if (id == "S00") more++; else corrected++ }
  function wrong(what) { bad++; print what }
  /^#/ || !NF { next }
  FILENAME == ARGV[1] { if (FNR == 1) next; if (NF != 5) wrong("founding-errors.tsv:" FNR ": five fields wanted"); error[$1] = 1; errors += $1 != "S00"; next }
  FILENAME == ARGV[2] { if (FNR == 1) next; if (NF != 4) wrong("founding.tsv:" FNR ": four fields wanted"); if (!($1 in error)) wrong("founding.tsv:" FNR ": no error " $1)
    named[$1] = 1; list[$2, $3, $4] = $1; next }
  FILENAME == ARGV[3] { theirs[$1] = theirs[$1] (theirs[$1] == "" ? "" : "; ") $2; next }
  { ours[$1] = ours[$1] (ours[$1] == "" ? "" : "; ") $2 }
  END {
    for (k in theirs) { all++; b = k in ours ? ours[k] : "(none)"; if (theirs[k] == b) same++; else if ((k, theirs[k], b) in list) count(list[k, theirs[k], b], k SUBSEP theirs[k] SUBSEP b); else wrong("differs" OFS k OFS theirs[k] OFS b) }
    for (k in ours) if (!(k in theirs)) { all++; if ((k, "(none)", ours[k]) in list) count(list[k, "(none)", ours[k]], k SUBSEP "(none)" SUBSEP ours[k]); else wrong("differs" OFS k OFS "(none)" OFS ours[k]) }
    for (k in list) if (!(k in used)) { split(k, v, SUBSEP); wrong("no longer so" OFS v[1] OFS v[2] OFS v[3]) }
    for (k in error) if (!(k in named)) wrong("an error without a figure" OFS k)
    printf "%d figures: %d as published, %d corrected because of %d errors of the published book, %d said besides, %d not explained\n", all, same, corrected, errors, more, bad
    exit bad > 0
  }' "$here/founding-errors.tsv" "$here/founding.tsv" "$work/theirs" "$work/ours" > "$work/out"
rc=$?
sort "$work/out"
exit $rc
