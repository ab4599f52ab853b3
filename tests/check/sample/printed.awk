# printed.awk: what the tables of book.txt print, under the keys of lines.awk. Run with -F '\t'. Zeros and blanks are left out.
function put(key, text) {
  gsub(/,/, "", text)
  if (text != "" && text != "0.00") print table "|" key "\t" text
}
function row(key, first, i) { for (i = first; i <= NF; i++) put(key "|" i, $i) }
/^公开表 / { table = "T" substr($0, length("公开表 ") + 1); part = ""; n = 0; unit = ""; next }
/^第三部分/ { table = "" }
table == "" || NF < 2 { next }
table == "T1" || table == "T4" {
  for (i = 1; i <= 3; i += 2) {
    label = $i
    gsub(/ /, "", label)
    sub(/^（[^（）]*）/, "", label)
    sub(/^(一|二|三|四|五|六|七|八|九|十|廿)+、/, "", label)
    if ($(i + 1) ~ /[0-9]/) put((i == 1 ? "in" : "out") "|" label, $(i + 1))
  }
}
table ~ /^T(2|3|5-1|5-2|6)$/ && $0 ~ /\.[0-9][0-9]/ { row($1 == "" ? $2 : $1, 3) }
table == "T7" && $1 ~ /^[0-9]/ { row("", 1) }
table == "T10" && $0 ~ /\.[0-9][0-9]/ {
  key = $1 == "" ? $2 : $1
  if (key ~ /^[0-9][0-9][0-9][0-9][0-9][0-9]$/) unit = key
  row(key ~ /^[0-9][0-9]$/ ? unit "/" key : key, 4)
}
table == "T11" {
  if ($2 != "" && $2 ~ /构成$/) part = $2
  if ($1 == "项目支出情况") part = "项目"
  if ($1 ~ /^整体绩效/) part = ""
  if (part ~ /构成$/) { put(part $3 "|当年", $4); put(part $3 "|占比", $5); put(part $3 "|2022", $6); put(part $3 "|2021", $7) }
  if (part == "项目" && $1 == "") { put($2 "|总预算", $4); put($2 "|本年", $5) }
}
table ~ /^T12/ {
  if ($1 == "项目总预算") { put($1 "|", $2); put($3 "|", $4) }
  if ($1 != "") n = 0
  if ($1 == "项目资金来源") part = "来源"
  else if ($1 ~ /^项目(支出明细测算|采购|绩效总目标)/) { part = $1; next }
  if (part == "来源" && $1 == "") put("来源" $2 "|", $3)
  if (part == "项目支出明细测算" && $4 ~ /\.[0-9][0-9]$/) put("明细" ++details[table] "|", $4)
  if (part == "项目采购" && $3 ~ /\.[0-9][0-9]$/) put("采购" ++purchases[table] "|", $3)
}
