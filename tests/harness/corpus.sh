#!/bin/sh
# corpus.sh HENG [BOOKS]: the view over many books of a made-up dataset: within time and memory, and every link leads somewhere.
# Bodies have five years of a kind each; a rule fails in one book in 10. Default: 3,000 books of 120 figures and about 8 findings.
set -u
[ $# -ge 1 ] || { sed -n '2,3s/^# //p' "$0"; exit 2; }
command -v sqlite3 > /dev/null || { echo "corpus: skipped (no sqlite3)"; exit 77; }
case $1 in /*) heng=$1 ;; *) heng=$PWD/$1 ;; esac
books=${2:-3000}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 2
printf '武汉市示例局2023年部门预算\n\n公开表 3\n\n部门支出总表\n\n单位：万元\n\n科目编码\t科目名称\t合计\t基本支出\t项目支出\n\t合计\t1.00\t1.00\t\n201\t一般公共服务支出\t1.00\t1.00\t\n' > a.txt
"$heng" audit -q a.txt --store s.sqlite > /dev/null || { echo "no dataset was made: 0 passed, 1 failed"; exit 1; }
sqlite3 s.sqlite << SQL || exit 1
DELETE FROM document; DELETE FROM book; DELETE FROM obs; DELETE FROM finding; DELETE FROM rule_count;
BEGIN;
CREATE TEMP TABLE n(i INTEGER PRIMARY KEY); CREATE TEMP TABLE k(i INTEGER PRIMARY KEY);
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < $books - 1) INSERT INTO n SELECT i FROM c;
WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 119) INSERT INTO k SELECT i FROM c;
INSERT INTO document SELECT printf('%064x', i), printf('books/%05d <&> "文件".pdf', i), 'pdf', 40, '0' FROM n;
INSERT INTO book SELECT i + 1, printf('%064x', i), printf('b%d', i), printf('示例市第%d局', i / 5), 2019 + i % 5, CASE i / 5 % 4 WHEN 0 THEN 'department-budget' WHEN 1 THEN 'unit-budget'
  WHEN 2 THEN 'department-final' ELSE 'unit-final' END, 'wuhan', 800, 8, 100, 20, 0, 20, 20, 120, 0, 0 FROM n;
INSERT INTO obs SELECT n.i + 1, k.i, 'T01', CASE k.i WHEN 0 THEN 'summary-in' WHEN 1 THEN 'summary-out' WHEN 2 THEN 'gp-function' WHEN 3 THEN 'three-public' ELSE 'projects' END, NULL, 0,
  CASE k.i WHEN 0 THEN 'in.total' WHEN 1 THEN 'out.total' WHEN 2 THEN 'total' WHEN 3 THEN 'single' ELSE 'p' || k.i END, '', 'row', 0,
  CASE k.i WHEN 0 THEN 'amount' WHEN 1 THEN 'amount' ELSE 'total' END, '合计', 0, 0, (n.i % 7 + 1) * 1000000 * (k.i + 1), 10000, '万元', '1.00', 3, 0 FROM n, k;
INSERT INTO finding SELECT n.i + 1, k.i + 1, printf('%016x', n.i * 100 + k.i), printf('R-%d', (n.i * 8 + k.i) % 10), CASE k.i % 3 WHEN 0 THEN 'error' WHEN 1 THEN 'warning' ELSE 'info' END, 'unknown',
  '合计 < 各项之和 & "别的"', 1, 'T01', 3, '1.00', '2.00', '-1.00', '万元', '合计等于各项之和', '《支出总表》第 3 页', '1.00 + 1.00 = 2.00', k.i % 3 = 2, NULL, NULL FROM n, k WHERE k.i < 8;
INSERT INTO rule_count SELECT DISTINCT book, rule, 10, 1, 0 FROM finding;
COMMIT;
SQL
passed=0 failed=0
check() { # WHAT COMMAND…
  what=$1
  shift
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)) && echo "FAILED: $what"; fi
}

began=$(date +%s%N)
check "report within 30 s and 500 MB" sh -c "ulimit -v 500000; timeout 30 '$heng' corpus report s.sqlite -o r.html"
echo "html: $((($(date +%s%N) - began) / 1000000)) ms, $(du -sk r.html r.files | awk '{ n += $1 } END { print n }') KB, $(find r.files -type f | wc -l) parts"
for form in json xlsx; do
  began=$(date +%s%N)
  check "$form within 60 s and 1 GB" sh -c "ulimit -v 1000000; timeout 60 '$heng' corpus report s.sqlite -f $form -o r.$form"
  echo "$form: $((($(date +%s%N) - began) / 1000000)) ms, $(du -k r.$form | cut -f1) KB"
done

# Every link: the page is there, and has the place. Findings are all shown once in the pages of books, and once in those of rules.
# shellcheck disable=SC2016
awk '
  { rest = $0
    while (match(rest, / id="?[^" >]+/)) { id = substr(rest, RSTART, RLENGTH); sub(/ id="?/, "", id); at[FILENAME, id]; rest = substr(rest, RSTART + RLENGTH) }
    rest = $0
    while (match(rest, /href="?[^" >]+/)) { href = substr(rest, RSTART, RLENGTH); sub(/href="?/, "", href); links[FILENAME, href]; rest = substr(rest, RSTART + RLENGTH) } }
  END {
    for (l in links) {
      split(l, w, SUBSEP); n++
      split(w[2], h, "#"); page = h[1]
      if (page == "") page = w[1]
      else if (w[1] ~ /\//) page = page ~ /^\.\.\// ? substr(page, 4) : "r.files/" page
      if (h[2] != "" ? !((page, h[2]) in at) : system("test -f " page)) { if (bad++ < 5) print w[1] " -> " w[2] }
    }
    print n " links, " bad + 0 " lead nowhere"
    exit bad > 0 || n == 0
  }' r.html r.files/*.html > links
check "links lead somewhere" grep -q ' 0 lead nowhere$' links
cat links
check "every finding is shown with its book" [ "$(cat r.files/books-*.html | grep -c '^<tr id=f')" -eq "$((books * 8))" ]
check "every finding is shown with its rule" [ "$(cat r.files/rule-*.html | grep -c '^<tr><th scope=row><a')" -eq "$((books * 8))" ]
check "no script, nothing fetched" sh -c "! grep -l -i -e '<script' -e 'src=' -e '<link' -e '@import' -e 'url(' r.html r.files/*.html"
check "text is made safe" sh -c "! grep -l -e '<&>' r.files/*.html"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
