# lines.awk: what the tables must print, summed from the workspace's lines. Output: table|row|column TAB amount in 万元; zeros are left out.
# Run with -F, over the workspace's CSV files, which hold no quotes. Not the program that made the tables: that is the point.
function wan(fen, cents) {
  cents = int((fen + 5000) / 10000)
  return sprintf("%d.%02d", int(cents / 100), cents % 100)
}
function add(key, amount) { sum[key] += amount }
function share(part, whole, basis) {
  basis = int((part * 20000 + whole) / (2 * whole))
  return sprintf("%d.%02d%%", int(basis / 100), basis % 100)
}
function up(table, code, column, amount) { # 合计 and every level above a code
  add(table "|合计|" column, amount)
  add(table "|" substr(code, 1, 3) "|" column, amount)
  if (length(code) > 3) add(table "|" substr(code, 1, 5) "|" column, amount)
  if (length(code) > 5) add(table "|" code "|" column, amount)
}
FNR == 1 {
  sub(/^\357\273\277/, "")
  file = FILENAME
  sub(/.*\//, "", file)
  for (i = 1; i <= NF; i++) at[file, $i] = i
  next
}
function field(name) { return $at[file, name] }
function fen(text) {
  sub(/\./, "", text)
  return text + 0
}
file == "sources.csv" { order[field("code")] = ++nsources; income_name[field("code")] = field("income_name"); column_name[field("code")] = field("column_name") }
file == "functions.csv" { function_name[field("code")] = field("name") }
file == "units.csv" { parent[field("code")] = field("parent") }
file == "projects.csv" {
  code = field("code"); category[code] = field("category"); unit_of[code] = field("unit"); form[code] = "T12-" field("order_t12")
  add(form[code] "|项目总预算|", fen(field("total")))
  add("T11|" field("name") "|总预算", fen(field("total")))
  project_name[code] = field("name")
}
file == "income.csv" {
  a = fen(field("amount")); s = field("source"); u = field("unit")
  if (field("origin") != "本年") { print "lines.awk knows no carried-over income: teach it" > "/dev/stderr"; exit 2 }
  add("T1|in|" income_name[s], a); add("T1|in|本年收入合计", a); add("T1|in|收入总计", a)
  for (c = 3; c <= 5; c++) {
    column = c == 5 ? 4 + order[s] : c
    add("T2|合计|" column, a); add("T2|" parent[u] "|" column, a); add("T2|" u "|" column, a)
  }
  if (s ~ /^1[123]$/) { add("T4|in|本年收入", a); add("T4|in|" column_name[s] "拨款", a); add("T4|in|收入总计", a); add("T11|收入构成财政拨款|当年", a) }
  add("T11|收入构成合计|当年", a)
}
file == "budget-lines.csv" {
  a = fen(field("amount")); f = field("func"); e = field("econ"); k = field("kind"); u = field("unit"); s = field("source"); p = field("project")
  if (s != "11" || field("origin") != "本年" || k !~ /^[PUJ]$/) { print "lines.awk knows only 一般公共预算本年: teach it" > "/dev/stderr"; exit 2 }
  name = function_name[substr(f, 1, 3)]
  add("T1|out|" name, a); add("T1|out|本年支出合计", a); add("T1|out|支出总计", a)
  add("T4|out|" name, a); add("T4|out|本年支出", a); add("T4|out|支出总计", a)
  up("T3", f, 3, a); up("T3", f, k == "J" ? 5 : 4, a)
  up("T5-1", f, 3, a); if (k != "J") up("T5-1", f, 4, a); up("T5-1", f, k == "P" ? 5 : k == "U" ? 6 : 7, a)
  n = split("合计 " parent[u] " " u, rows, " ")
  for (i = 1; i <= n; i++) {
    add("T5-2|" rows[i] "|3", a); if (k != "J") add("T5-2|" rows[i] "|4", a); add("T5-2|" rows[i] "|" (k == "P" ? 5 : k == "U" ? 6 : 7), a)
    if (k == "J") { add("T10|" rows[i] "|4", a); add("T10|" rows[i] "|5", a) }
  }
  if (k != "J") {
    n = split("合计 " substr(e, 1, 3) " " e, rows, " ")
    for (i = 1; i <= n; i++) { add("T6|" rows[i] "|3", a); add("T6|" rows[i] "|" (k == "P" ? 4 : 5), a) }
  }
  if (e == "30212") { add("T7||1", a); add("T7||2", a) }
  if (e == "31013" || e == "30913") { add("T7||1", a); add("T7||3", a); add("T7||4", a) }
  if (e == "30231") { add("T7||1", a); add("T7||3", a); add("T7||5", a) }
  if (e == "30217") { add("T7||1", a); add("T7||6", a) }
  if (k == "J") {
    for (c = 4; c <= 5; c++) { add("T10|" u "/" category[p] "|" c, a); add("T10|" p "|" c, a) }
    add("T11|" project_name[p] "|本年", a)
    add(form[p] "|项目当年预算|", a); add(form[p] "|来源合计|", a); add(form[p] "|来源一般公共预算财政拨款|", a); add(form[p] "|来源其中：申请当年预算拨款|", a)
  }
  add("T11|支出构成" (k == "P" ? "人员类" : k == "U" || category[p] == "22" ? "运转类" : "特定目标类") "项目支出|当年", a)
  add("T11|支出构成合计|当年", a)
}
file == "prior-lines.csv" {
  a = fen(field("amount")); y = field("year"); k = field("kind")
  add("T11|支出构成" (k == "P" ? "人员类" : k == "U" || field("category") == "22" ? "运转类" : "特定目标类") "项目支出|" y, a)
  add("T11|支出构成合计|" y, a); add("T11|收入构成财政拨款|" y, a); add("T11|收入构成合计|" y, a)
}
file == "project-details.csv" { add(form[field("project")] "|明细" field("seq") "|", fen(field("amount"))) }
file == "purchases.csv" && field("in_project_table") == "1" { p = field("project"); add(form[p] "|采购" ++bought[p] "|", fen(field("amount"))) }
END {
  for (key in sum) if (sum[key] != 0) print key "\t" wan(sum[key])
  whole = sum["T11|收入构成合计|当年"]
  for (key in sum) if (key ~ /^T11\|(收入|支出)构成.*当年$/) { row = key; sub(/当年$/, "占比", row); print row "\t" share(sum[key], whole) }
}
