"""Plants the eight errors of the copy with errors, and lists them."""
from dataclasses import dataclass



@dataclass
class Planted:
    table: str
    row: str
    column: str
    printed: str
    right: str
    kind: str
    rule: str
    words: str


def body_rows(table):
    return [row for group in table.groups if not group.head for row in group.rows]


def row_of(table, label):
    found = [row for row in body_rows(table) if any(c.text == label for c in row)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} rows of table {table.number} hold {label}")
    return found[0]


def reprint(cell, old, new):
    """The cell must hold what the list says was right: else the plant no longer fits the workspace."""
    if cell.text != old:
        raise ValueError(f"expected {old}, the book has {cell.text}")
    cell.text = new
    if cell.cents is not None:
        cell.cents = int(new.replace(",", "").replace(".", ""))


def wrong_digit(book):
    reprint(row_of(book.table("5-1"), "2170102")[6], "1,051.30", "1,057.30")
    return Planted("T5-1", "2170102 一般行政管理事务", "项目支出", "1,057.30", "1,051.30", "一位数字错", "R-T5",
                   "叶子行（项）的一位数字错：合计≠基本支出+项目支出（R-T5）；款21701≠各项之和（H-SUM）；与部门支出总表不符（X-6）")


def transposition(book):
    reprint(row_of(book.table("2"), "169")[2], "11,054.90", "11,045.90")
    return Planted("T2", "169 武汉市地方金融工作局", "合计", "11,045.90", "11,054.90", "合计数字换位", "R-T2",
                   "合计中两位数字换位：合计≠本年收入小计+上年结转小计（R-T2）；部门≠各单位之和（R-T2U）")


def missing_row(book):
    table = book.table("3")
    row = row_of(table, "2080508")
    for group in table.groups:
        if row in group.rows:
            at = group.rows.index(row)
            del group.rows[at], table.indents[at]
    return Planted("T3", "2080508 对机关事业单位职业年金的补助", "（整行）", "（无）", "29.54", "缺少一行", "H-SUM",
                   "漏印一个项级科目行：款20805合计163.51≠各项之和133.97，差29.54（H-SUM）；一般公共预算支出表有此行（X-6）")


def swapped(book):
    row = row_of(book.table("5-2"), "169001")
    row[4].text, row[5].text, row[4].cents, row[5].cents = row[5].text, row[4].text, row[5].cents, row[4].cents
    return Planted("T5-2", "169001 武汉市地方金融工作局本级", "人员经费、公用经费", f"{row[4].text}；{row[5].text}", f"{row[5].text}；{row[4].text}", "两栏互换", "R-T2U",
                   "一行的人员经费与公用经费互换：行内之和仍对，但部门的两栏都≠各单位之和（R-T2U）")


def wrong_unit(book):
    table = book.table("6")
    for row in body_rows(table):
        for cell in row[2:]:
            cell.cents *= 10000
            cell.text = f"{cell.cents // 100:,}.00"
    return Planted("T6", "（全表）", "合计、人员经费、公用经费", "20,610,400.00（合计）", "2,061.04（合计）", "单位错", "X-8",
                   "全表按元印出，表头仍写单位：万元：与一般公共预算支出表基本支出相差一万倍（X-8）")


def stale(book):
    reprint(row_of(book.table("11"), "运转类项目支出")[1], "722.06", "781.52")
    return Planted("T11", "运转类项目支出", "当年金额", "781.52", "722.06", "误用上年数", "R-T11",
                   "当年金额印成2022年的数：支出构成之和≠合计（R-T11）；≠公用经费434.06+其他运转类288.00（X-11b）；占比6.53%与金额不符")


def wrong_code(book):
    row = row_of(book.table("12-5"), "42010023169T000000100")
    reprint(row[3], "42010023169T000000100", "42010022169T000000105")
    return Planted("T12-5", "金融企业奖励专项资金", "项目编码", "42010022169T000000105", "42010023169T000000100", "项目编码错", "X-CODE",
                   "项目绩效目标表的编码与项目支出情况表中同一项目的编码不同（X-CODE）")


def other_target(book):
    reprint(row_of(book.table("11"), "电视和广播电台宣传")[5], "≥300天", "≥100天")
    return Planted("T11", "电视和广播电台宣传", "预期当年实现值", "≥100天", "≥300天", "指标值不一致", "P-SAME",
                   "年度指标值印成上年的数：项目支出绩效目标表（表12-1）同名指标为≥300天（P-SAME）")


def plant(book):
    return [make(book) for make in (wrong_digit, transposition, missing_row, swapped, wrong_unit, stale, wrong_code, other_target)]


def write_list(planted, path):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write("id\ttable\trow\tcolumn\tprinted\tright\tkind\trule\twhy\n")
        for i, p in enumerate(planted, 1):
            f.write("\t".join((f"E{i}", p.table, p.row, p.column, p.printed, p.right, p.kind, p.rule, p.words)) + "\n")
