#!/bin/sh
# published.sh HENG BOOK...: each published budget book into a fresh workspace (heng book import --published), and every total, class and kind that the
#   book prints held against the sum of the imported lines. A line for each book; then the books whose amounts are all equal, and of how many.
#   Books without tables of money are told and not counted. Exit code 1 when an amount of a book differs and heng did not say so.
set -u
heng=$1
shift
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
books=0 equal=0 failed=0
for book in "$@"; do
  name=${book##*/}
  "$heng" read --facts "$book" > "$work/facts" 2> /dev/null
  year=$(sed -n '1s/.* · \([0-9]\{4\}\) 年.*/\1/p' "$work/facts")
  body=$(sed -n '1p' "$work/facts" | awk -F ' · ' '{ print $3 }')
  rm -rf "$work/w"
  "$heng" book new "$work/w" --year $((${year:-2024} + 1)) --body "$body" > /dev/null 2>&1
  if ! "$heng" book import "$work/w" --published "$book" --apply > "$work/said" 2> "$work/err"; then
    echo "$name: $(sed 's/^heng: //; s,^[^ ]*/,,' "$work/err" | head -1)"
    continue
  fi
  books=$((books + 1))
  if sed '1s/^\xEF\xBB\xBF//' "$work/w/prior-lines.csv" | awk -F '\t' -v year="$year" -v name="$name" -v lines=- '
    function fen(s, scale) { gsub(/,/, "", s); return sprintf("%.0f", s * (scale == "万元" ? 1000000 : scale == "千元" ? 100000 : 100)) + 0 }
    function sum(kinds, source, func_, econ, origin,   i, s) {
      for (i = 1; i <= n; i++) {
        if (kinds != "" && index(kinds, kind[i]) == 0) continue
        if ((source != "" && src[i] != source) || (func_ != "" && fun[i] != func_) || (econ != "" && eco[i] != econ)) continue
        if (origin != "" && org[i] != origin) continue
        s += amount[i]
      }
      return s + 0
    }
    function hold(what, printed, ours) {
      if (seen[what]++) return
      compared++
      if (printed == ours) same++
      else differ = differ sprintf("\n    %s: %.2f printed, %.2f imported", what, printed / 100, ours / 100)
    }
    FILENAME == "-" {
      k = split($0, v, ",")
      if (FNR == 1) { for (i = 1; i <= k; i++) at[v[i]] = i; next }
      if (v[at["year"]] != year) next
      n++; kind[n] = v[at["kind"]]; src[n] = v[at["source"]]; fun[n] = v[at["func"]]; eco[n] = v[at["econ"]]
      org[n] = ("origin" in at) ? v[at["origin"]] : ""; amount[n] = sprintf("%.0f", v[at["amount"]] * 100) + 0
      next
    }
    $1 ~ /^#/ || $8 == "unreadable" { next }
    {
      p = fen($7, $9); row = $4; m = $5; total = row == "total"
      if ($2 == "summary-out" && row == "out.total") hold("all spending", p, sum("", "", "", "", ""))
      if ($2 == "gp-function" && (total || $6 == "leaf")) {
        f = total ? "" : row
        if (m == "total") hold("general budget " f, p, sum("", 11, f, "", ""))
        if (m == "basic") hold("basic " f, p, sum("PUX", 11, f, "", ""))
        if (m == "basic.personnel") hold("personnel " f, p, sum("P", 11, f, "", ""))
        if (m == "basic.public") hold("public " f, p, sum("U", 11, f, "", ""))
        if (m == "project") hold("projects " f, p, sum("J", 11, f, "", ""))
      }
      if ($2 == "gp-basic" && (total || ($6 == "leaf" && row ~ /^3[0-9][0-9][0-9][0-9]$/))) {
        e = total ? "" : row
        if (m == "total" || m == "amount") hold("basic by economic class " e, p, sum("PUX", 11, "", e, ""))
        if (m == "personnel") hold("personnel by economic class " e, p, sum("P", 11, "", e, ""))
        if (m == "public") hold("public by economic class " e, p, sum("U", 11, "", e, ""))
      }
      if ($2 == "fund" && total && m == "total") hold("fund", p, sum("", 12, "", "", ""))
      if ($2 == "soe" && total && m == "total") hold("state capital", p, sum("", 13, "", "", ""))
      if ($2 == "three-public") {
        if (m == "abroad") hold("abroad", p, sum("", 11, "", "30212", ""))
        if (m == "vehicle.running") hold("vehicles running", p, sum("", 11, "", "30231", ""))
        if (m == "reception") hold("reception", p, sum("", 11, "", "30217", ""))
        if (m == "vehicle.purchase") hold("vehicles bought", p, sum("", 11, "", "31013", "") + sum("", 11, "", "30913", ""))
        if (m == "meeting") hold("meetings", p, sum("", 11, "", "30215", ""))
        if (m == "training") hold("training", p, sum("", 11, "", "30216", ""))
      }
      if ($2 == "income-by-unit" && total && m == "carry.gp") hold("carried over", p, sum("", 11, "", "", "上年结转结余"))
      if (($2 == "summary-in" || $2 == "grant-in") && row == "in.carry.gp") hold("carried over", p, sum("", 11, "", "", "上年结转结余"))
    }
    END { printf "%s: %d lines, %d amounts compared, %d equal%s\n", name, n, compared, same, differ; exit compared == 0 || differ != "" }' - "$work/facts"; then
    equal=$((equal + 1))
  else
    grep -q '书里自己不符\|没有用：\|合计差的尾数' "$work/said" || failed=$((failed + 1))
  fi
done
echo "$equal of $books books: every amount equal; $failed differ without a word"
[ "$failed" -eq 0 ]
