"""Derives the twelve published tables from the workspace's lines. Every amount is a sum of lines; nothing is typed in."""
from model import Cell, Group, Table, centre, head, money, text

CLASSES = [("201", "一般公共服务支出"), ("204", "公共安全支出"), ("205", "教育支出"), ("206", "科学技术支出"),
           ("207", "文化旅游体育与传媒支出"), ("208", "社会保障和就业支出"), ("210", "卫生健康支出"), ("211", "节能环保支出"),
           ("212", "城乡社区支出"), ("213", "农林水支出"), ("214", "交通运输支出"), ("215", "资源勘探工业信息等支出"),
           ("216", "商业服务业等支出"), ("217", "金融支出"), ("219", "援助其他地区支出"), ("220", "自然资源海洋气象等支出"),
           ("221", "住房保障支出"), ("222", "粮油物资储备支出"), ("223", "国有资本经营预算支出"), ("224", "灾害防治及应急管理支出"),
           ("229", "其他支出"), ("231", "债务还本支出"), ("232", "债务付息支出"), ("233", "债务发行费用支出")]
ORDINALS = "一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十 廿一 廿二 廿三 廿四".split()
GRANTS = ("11", "12", "13")


def carried(ws, year, source):
    """Carry-over into the year (year - 1) or out of it (year)."""
    return sum(r["amount"] for r in ws.carry_over if r["year"] == str(year) and r["source"] in source)


def income(ws, sources, unit=None, origin="本年"):
    return sum(r["amount"] for r in ws.income
               if r["source"] in sources and r["origin"] == origin and (unit is None or r["unit"].startswith(unit)))


def side_by_side(left, right, blank_zero):
    """Rows of a two-sided table; the shorter side is filled with empty cells, its last row stays last."""
    rows = []
    for i in range(max(len(left), len(right))):
        row = []
        for side in (left, right):
            label, amount = side[i] if i < len(side) else ("", None)
            row += [text(label), money(amount, blank_zero=blank_zero)]
        rows.append(row)
    return rows


def two_sided_head():
    return Group([[head("收 入", 2), head("支 出", 2)],
                  [head("项 目"), head("预算数"), head("项 目"), head("预算数")]], True)


def balanced(ws):
    known = {code for code, _ in CLASSES}
    missing = sorted({line["func"][:3] for line in ws.budget_lines if line["amount"]} - known)
    if missing:
        raise ValueError(f"T1 and T4 have no row for {missing}")


def table1(ws):
    balanced(ws)
    left = [(f"{ORDINALS[i]}、{s['income_name']}", income(ws, (s["code"],))) for i, s in enumerate(ws.sources)]
    right = [(f"{ORDINALS[i]}、{name}", ws.total(func=code)) for i, (code, name) in enumerate(CLASSES)]
    total_in, total_out = sum(a for _, a in left), sum(a for _, a in right)
    every = tuple(s["code"] for s in ws.sources)
    carry_in, carry_out = carried(ws, ws.year - 1, every), carried(ws, ws.year, every)
    left += [("", None)] * (len(right) - len(left))
    left += [("本年收入合计", total_in), ("上年结转结余", carry_in), ("收 入 总 计", total_in + carry_in)]
    right += [("本年支出合计", total_out), ("年终结转结余", carry_out), ("支 出 总 计", total_out + carry_out)]
    if left[-1][1] != right[-1][1]:
        raise ValueError("T1 does not balance")
    return Table("1", "部门收支总表", [34, 16, 34, 16], [two_sided_head(), Group(side_by_side(left, right, False))])


def table2(ws):
    year = [s["code"] for s in ws.sources]
    funds = [("11",), ("12",), ("13",), ("2",), ("31", "32", "33", "34", "39")]
    names = [s["column_name"] for s in ws.sources]
    carry_names = names[:4] + ["单位资金"]
    heads = Group([[head("部门（单位）代码", down=2), head("部门（单位）名称", down=2), head("合计", down=2),
                    head("本年收入", 10), head("上年结转结余", 6)],
                   [head("小计")] + [head(n) for n in names] + [head("小计")] + [head(n) for n in carry_names]], True)
    rows = []
    for code, name in [("", "合计")] + [(u["code"], u["name"]) for u in ws.units]:
        this = [income(ws, (s,), code) for s in year]
        carry = [income(ws, f, code, "上年结转结余") for f in funds]
        cells = [sum(this) + sum(carry), sum(this)] + this + [sum(carry)] + carry
        rows.append([centre(code), text(name)] + [money(c) for c in cells])
    return Table("2", "部门收入总表", [6, 12, 7, 7, 7] + [4.6] * 14, [heads, Group(rows)], landscape=True)


def functional_tree(ws, **want):
    """合计, then 类, 款, 项 that have money, in code order."""
    codes = set()
    for line in ws.budget_lines:
        if line["amount"] and all(want[k] is None or line[k] == want[k] for k in want):
            codes |= {line["func"][:n] for n in (3, 5, 7)}
    return [("", "合计")] + [(c, ws.function[c]) for c in sorted(codes)]


def coded_rows(labels, columns):
    rows, indents = [], []
    for code, name in labels:
        rows.append([text(code), text(name) if code else centre(name)] + [c(code) for c in columns])
        indents.append({3: 0, 5: 1, 7: 2}.get(len(code), 0))
    return rows, indents


def table3(ws):
    heads = Group([[head(h) for h in ("科目编码", "科目名称", "合计", "基本支出", "项目支出", "事业单位经营支出", "上缴上级支出", "对附属单位补助支出")]], True)
    columns = [lambda c: money(ws.total(func=c)), lambda c: money(ws.total(func=c, kind=("P", "U"))),
               lambda c: money(ws.total(func=c, kind="J"))]
    columns += [lambda c, k=k: money(ws.total(func=c, kind=k), blank_zero=True) for k in "BSA"]
    rows, indents = coded_rows(functional_tree(ws), columns)
    return Table("3", "部门支出总表", [10, 33, 12, 11, 12, 10, 10, 10], [heads, Group(rows)], indents=indents)


def table4(ws):
    balanced(ws)
    names = [("（一）一般公共预算拨款", "11"), ("（二）政府性基金预算拨款", "12"), ("（三）国有资本经营预算拨款", "13")]
    left = [("一、本年收入", income(ws, GRANTS))] + [(n, income(ws, (s,))) for n, s in names]
    left += [("二、上年结转", carried(ws, ws.year - 1, GRANTS))] + [(n, carried(ws, ws.year - 1, (s,))) for n, s in names]
    right = [("一、本年支出", ws.total(source=GRANTS))]
    right += [(f"（{ORDINALS[i]}）{name}", ws.total(func=code, source=GRANTS)) for i, (code, name) in enumerate(CLASSES)]
    right += [("二、年终结转结余", carried(ws, ws.year, GRANTS))]
    totals = (left[0][1] + left[4][1], right[0][1] + right[-1][1])
    if totals[0] != totals[1]:
        raise ValueError("T4 does not balance")
    left += [("", None)] * (len(right) - len(left)) + [("收 入 总 计", totals[0])]
    right += [("支 出 总 计", totals[1])]
    return Table("4", "财政拨款收支总表", [34, 16, 34, 16], [two_sided_head(), Group(side_by_side(left, right, True))])


def by_kind_columns(select):
    return [lambda c: money(select(c, None)), lambda c: money(select(c, ("P", "U"))), lambda c: money(select(c, "P")),
            lambda c: money(select(c, "U")), lambda c: money(select(c, "J"))]


def by_kind_head(code, name):
    return Group([[head(code, down=2), head(name, down=2), head("合计", down=2), head("基本支出", 3), head("项目支出", down=2)],
                  [head("小计"), head("人员经费"), head("公用经费")]], True)


def table5_1(ws):
    columns = by_kind_columns(lambda c, k: ws.total(func=c, kind=k, source="11"))
    rows, indents = coded_rows(functional_tree(ws, source="11"), columns)
    return Table("5-1", "一般公共预算支出表（分功能科目）", [10, 34, 12, 11, 11, 11, 11],
                 [by_kind_head("科目编码", "科目名称"), Group(rows)], indents=indents)


def table5_2(ws):
    def select(code, kind):
        units = tuple(u["code"] for u in ws.units if u["code"].startswith(code))
        return ws.total(unit=units, kind=kind, source="11")
    labels = [("", "合计")] + [(u["code"], u["name"]) for u in ws.units]
    rows, _ = coded_rows(labels, by_kind_columns(select))
    return Table("5-2", "一般公共预算支出表（分单位）", [10, 34, 12, 11, 11, 11, 11],
                 [by_kind_head("单位编码", "单位名称"), Group(rows)])


def table6(ws):
    heads = Group([[head("部门预算支出经济分类科目", 2), head("本年一般公共预算基本支出", 3)],
                   [head(h) for h in ("科目编码", "科目名称", "合计", "人员经费", "公用经费")]], True)
    codes = set()
    for line in ws.budget_lines:
        if line["source"] == "11" and line["kind"] in "PU":
            codes |= {line["econ"][:3], line["econ"]}
    labels = [("", "合计")] + [(c, ws.economic[c]) for c in sorted(codes)]
    rows, indents = coded_rows(labels, [lambda c, k=k: money(ws.total(econ=c, kind=k, source="11"))
                                        for k in (("P", "U"), "P", "U")])
    return Table("6", "一般公共预算基本支出表", [14, 38, 16, 16, 16], [heads, Group(rows)], indents=indents)


def table7(ws):
    heads = Group([[head("“三公”经费合计", down=2), head("因公出国（境）费", down=2), head("公务用车购置及运行费", 3), head("公务接待费", down=2)],
                   [head("小计"), head("公务用车购置费"), head("公务用车运行费")]], True)
    a = three_public(lambda **w: ws.total(source="11", **w))
    cells = [a["total"], a["abroad"], a["vehicle"], a["purchase"], a["running"], a["reception"]]
    return Table("7", "一般公共预算“三公”经费支出表", [17, 17, 16, 17, 17, 16], [heads, Group([[money(c) for c in cells]])])


def three_public(total):
    a = {"abroad": total(econ="30212"), "purchase": total(econ="31013") + total(econ="30913"),
         "running": total(econ="30231"), "reception": total(econ="30217")}
    a["vehicle"] = a["purchase"] + a["running"]
    a["total"] = a["abroad"] + a["vehicle"] + a["reception"]
    return a


def fund_table(ws, number, source, fund):
    heads = Group([[head("科目编码", down=2), head("科目名称", down=2), head(f"本年{fund}支出", 3)],
                   [head("合计"), head("基本支出"), head("项目支出")]], True)
    labels = functional_tree(ws, source=source)
    used = len(labels) > 1
    kinds = (None, ("P", "U"), "J")
    rows, indents = coded_rows(labels, [lambda c, k=k: money(ws.total(func=c, kind=k, source=source)) for k in kinds])
    remark = "" if used else f"备注：{ws.year}年没有使用{fund}拨款安排的支出。"
    empty = [[Cell("") for _ in range(5)]]
    return Table(number, f"{fund}支出表", [14, 38, 16, 16, 16], [heads, Group(rows if used else empty)], remark=remark, indents=indents)


def table10(ws):
    heads = Group([[head("项目编码", down=2), head("项目名称", down=2), head("项目单位", down=2), head("合计", down=2), head("本年拨款", 3),
                    head("财政拨款结转结余", 3), head("财政专户管理资金", down=2), head("单位资金", down=2)],
                   [head(n) for n in ("一般公共预算", "政府性基金预算", "国有资本经营预算") * 2]], True)
    rows = [project_row(ws, ("", "合计", ""), {}), project_row(ws, (ws.department["code"], ws.department["name"], ""), {})]
    for unit in [u for u in ws.units if u["parent"]]:
        mine = [p for p in ws.projects if p["unit"] == unit["code"]]
        rows.append(project_row(ws, (unit["code"], unit["name"], ""), {"unit": unit["code"]}))
        for category in sorted({p["category"] for p in mine}):
            group = [p for p in mine if p["category"] == category]
            codes = tuple(p["code"] for p in group)
            rows.append(project_row(ws, (category, group[0]["category_name"], ""), {"project": codes}))
            rows += [project_row(ws, (p["code"], p["name"], unit["name"]), {"project": p["code"]}) for p in group]
    return Table("10", "项目支出情况表", [17, 18, 13, 9, 9, 6, 6, 6, 6, 6, 6, 6], [heads, Group(rows)], landscape=True)


def project_row(ws, labels, want):
    a = [ws.total(kind="J", source=s, origin=o, **want) for o in ("本年", "上年结转结余") for s in GRANTS]
    a += [ws.total(kind="J", source="2", **want), ws.total(kind="J", source=("31", "32", "33", "34", "39"), **want)]
    return [text(t) for t in labels] + [money(x) for x in [sum(a)] + a]
