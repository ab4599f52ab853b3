# said.awk: sentences of part 3 that the lines determine, one a line, worked out again from the CSV files (-F,). Each must be in book.txt.
function wan(fen, cents) {
  cents = int((fen + 5000) / 10000)
  return sprintf("%d.%02d", int(cents / 100), cents % 100)
}
function share(part, whole, basis) {
  basis = int((part * 20000 + whole) / (2 * whole))
  return sprintf("%d.%02d%%", int(basis / 100), basis % 100)
}
function change(now, before) {
  if (now == before) return "与上年持平"
  if (now > before) return "比2022年预算增加" wan(now - before) "万元，增长" share(now - before, before)
  return "比2022年预算减少" wan(before - now) "万元，下降" share(before - now, before)
}
function fen(text) {
  sub(/\./, "", text)
  return text + 0
}
function field(name) { return $at[file, name] }
FNR == 1 {
  sub(/^\357\273\277/, "")
  file = FILENAME
  sub(/.*\//, "", file)
  for (i = 1; i <= NF; i++) at[file, $i] = i
  next
}
file == "functions.csv" { name[field("code")] = field("name") }
file == "budget-lines.csv" { a = fen(field("amount")); now[field("func")] += a; total += a; kind[field("kind")] += a; if (field("econ") ~ /^302(12|17|31)$|^31013$/) three += a }
file == "prior-lines.csv" && field("year") == "2022" { a = fen(field("amount")); was[field("func")] += a; last += a; if (field("econ") ~ /^302(12|17|31)$|^31013$/) three_last += a }
file == "purchases.csv" {
  a = fen(field("amount"))
  if (field("in_procurement") == "1") { bought[field("kind")] += a; procured += a }
  if (field("service_purchase") == "1") services += a
}
file == "assets.csv" && field("amount") != "" { asset[field("item")] = fen(field("amount")) }
END {
  print "2023年收支总预算" wan(total) "万元。" change(total, last)
  print "基本支出" wan(kind["P"] + kind["U"]) "万元，占" share(kind["P"] + kind["U"], total)
  print "项目支出" wan(kind["J"]) "万元，占" share(kind["J"], total)
  for (code in now) if (now[code]) {
    said = name[substr(code, 1, 3)] "（类）" name[substr(code, 1, 5)] "（款）" name[code] "（项）" wan(now[code]) "万元，"
    print said (was[code] ? change(now[code], was[code]) : "上年没有安排此项预算")
  }
  print "“三公”经费支出" wan(three) "万元，比2022年减少" wan(three_last - three) "万元，下降" share(three_last - three, three_last)
  print "政府采购预算支出合计" wan(procured) "万元。包括：货物类" wan(bought["货物"]) "万元，服务类" wan(bought["服务"]) "万元"
  print "政府购买服务预算支出合计" wan(services) "万元"
  print "占有使用国有资产" wan(asset["有形资产"] + asset["无形资产"]) "万元，包括有形资产" wan(asset["有形资产"]) "万元和无形资产" wan(asset["无形资产"]) "万元"
}
