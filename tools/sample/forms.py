"""Tables 11 and 12: forms of eight columns, block under block."""
from model import Cell, Group, Table, centre, head, money, text
from tables import GRANTS, income
from workspace import percent

HEADS_LONG = [head("一级指标"), head("二级指标"), head("三级指标", 2), head("指标值", 2), head("指标值确定依据")]


def fmt_target(row):
    return row["operator"] + row["value"] + row["unit"]


def lines(paragraphs):
    return "\n".join(paragraphs)


def goals_of(ws, owner, horizon):
    return [g for g in ws.goals if g["owner"] == owner and g["horizon"] == horizon]


def indicators_of(ws, goal):
    return [r for r in ws.indicators if r["goal"] == goal["id"]]


def money_block(ws):
    """部门总体资金情况: this year from the lines, the two years before from the prior lines."""
    def kinds(total):
        p, u = total(kind="P"), total(kind="U")
        return p, u + total(kind="J", category="22"), total(kind="J", category="31")

    def this(kind, category=None):
        codes = tuple(p["code"] for p in ws.projects if p["category"] == category) if category else None
        return ws.total(kind=kind, project=codes)
    every = tuple(s["code"] for s in ws.sources)
    now_out = kinds(this)
    years = [kinds(lambda **w: ws.prior(ws.year - n, **w)) for n in (1, 2)]
    groups = [GRANTS, ("2",), every[4:]]
    now_in = [income(ws, g) + income(ws, g, origin="上年结转结余") for g in groups]
    before_in = [[ws.prior(ws.year - n, source=g) for g in groups] for n in (1, 2)]
    rows = [[head("部门总体资金情况", down=10), head("总体资金情况", 2, 2), head("当年金额", down=2), head("占比", down=2), head("近两年收支金额", 3)],
            [head(f"{ws.year - 1}年", 2), head(f"{ws.year - 2}年")]]
    rows += share_rows("收入构成", ("财政拨款", "财政专户管理资金", "单位资金"), now_in, before_in)
    rows += share_rows("支出构成", ("人员类项目支出", "运转类项目支出", "特定目标类项目支出"), now_out, years)
    return Group(rows)


def share_rows(title, names, now, before):
    rows, total = [], sum(now)
    for i, name in enumerate(names + ("合计",)):
        amounts = [sum(a) if name == "合计" else a[i] for a in [now] + before]
        blank = not any(amounts)
        share = "" if blank else percent(amounts[0], total)
        row = [head(title, down=4)] if i == 0 else []
        row += [text(name)] + [money(None if blank else amounts[0]), Cell(share, role="number")]
        rows.append(row + [money(None if blank else amounts[1], 2), money(None if blank else amounts[2])])
    return rows


def project_block(ws):
    rows = [[head("项目支出情况", down=1 + len(ws.projects)), head("项目名称"), head("支出项目类别"), head("项目总预算"), head("项目本年度预算"),
             head("项目主要支出方向和用途", 3)]]
    for p in sorted(ws.projects, key=lambda p: int(p["order_t11"])):
        purpose = ws.sections(f"projects/{p['code']}.md")["项目主要支出方向和用途"]
        rows.append([text(p["name"]), centre(p["class"]), money(p["total"]), money(ws.total(project=p["code"])), text(lines(purpose), 3)])
    return Group(rows)


def overall_blocks(ws):
    goals = ws.sections("overall-goal.md")
    (long_head, long_text), (year_head, year_text) = goals.items()
    blocks = [Group([[head("整体绩效总目标", down=2), head(long_head, 3), head(year_head, 4)], [text(lines(long_text), 3), text(lines(year_text), 4)]])]
    for goal in goals_of(ws, ws.department["code"], "长期"):
        rows = [[head(goal["name"]), text(goal["description"], 7)]]
        mine = indicators_of(ws, goal)
        rows.append([head("长期绩效指标", down=1 + len(mine))] + HEADS_LONG)
        rows += [[text(r["level1"]), text(r["level2"]), text(r["level3"], 2), centre(fmt_target(r), 2), centre(r["basis"])] for r in mine]
        blocks.append(Group(rows))
    for goal in goals_of(ws, ws.department["code"], "年度"):
        mine = indicators_of(ws, goal)
        rows = [[head(goal["name"]), text(goal["description"], 7)]] + year_heads("年度绩效指标", "预期当年实现值", len(mine))
        rows += [[text(r["level1"]), text(r["level2"]), text(r["level3"]), centre(r["year_minus_2"]), centre(r["year_minus_1"]),
                  centre(fmt_target(r)), centre(r["basis"])] for r in mine]
        blocks.append(Group(rows))
    return blocks


def year_heads(first, last, below=0):
    return [[head(first, down=3 + below), head("一级指标", down=3), head("二级指标", down=3), head("三级指标", down=3), head("指标值", 3), head("指标值确定依据", down=3)],
            [head("近两年指标值", 2), head(last, down=2)],
            [head("前年"), head("上年")]]


def table11(ws):
    first = Group([[head("部门（单位）名称"), text(ws.department["name"], 7)],
                   [head("填报人"), text("财务处", 3), head("联系电话", 2), text("", 2)]])
    duties = Group([[head("部门职能概述"), text(lines(ws.sections("part1-duties.md")[""]), 7)]])
    tasks = Group([[head("年度工作任务"), text(lines(ws.sections("annual-tasks.md")[""]), 7)]])
    return Table("11", "整体支出绩效目标表", [12, 13, 14, 16, 11, 11, 11, 12],
                 [first, money_block(ws), duties, tasks, project_block(ws)] + overall_blocks(ws), form=True)


def identity_block(ws, p, texts):
    unit, dept = ws.unit[p["unit"]]["name"], ws.department["name"]
    pairs = [("项目名称", p["name"], "项目编码", p["code"]), ("项目主管部门", dept, "项目执行单位", unit), ("项目负责人", p["owner"], "联系电话", p["phone"]),
             ("单位地址", p["address"], "邮政编码", p["zip"])]
    rows = [[head(a, 2), text(b, 2), head(c), text(d, 3)] for a, b, c, d in pairs]
    rows += [[head("项目属性", 2), text(p["attribute"], 6)], [head("支出项目类别", 2), text(p["class"], 6)],
             [head("起始年度", 2), text(p["start"], 2), head("终止年度"), text(p["end"], 3)]]
    rows += [[head(name, 2), text(lines(texts[name]), 6)] for name in ("项目立项依据", "项目实施方案")]
    rows.append([head("项目总预算", 2), money(p["total"], 2), head("项目当年预算"), money(ws.total(project=p["code"]), 3)])
    name = "项目前两年预算及当年预算变动情况"
    rows.append([head(name, 2), text(lines(texts[name]), 6)])
    return Group(rows)


def source_block(ws, code):
    def of(source, origin=None):
        return ws.total(project=code, source=source, origin=origin)
    others = ("31", "32", "33", "34", "39")
    rows = [("合计", of(None)), ("一般公共预算财政拨款", of("11")), ("其中：申请当年预算拨款", of("11", "本年")), ("政府性基金预算财政拨款", of("12")),
            ("财政专户管理资金", of("2")), ("单位资金", of(others)), ("其中：使用上年度财政拨款结转", of(GRANTS, "上年结转结余"))]
    made = [[head("项目资金来源", 2, len(rows) + 1), head("来源项目", 4), head("金额", 2)]]
    return Group(made + [[text(name, 4), money(amount, 2, blank_zero=True)] for name, amount in rows])


def detail_block(ws, code):
    rows = [[head("项目支出明细测算", 8)],
            [head("项目活动"), head("活动内容表述", 2), head("支出经济分类"), head("金额"), head("测算依据及说明", 2), head("备注")]]
    for d in [d for d in ws.project_details if d["project"] == code]:
        rows.append([text(d["activity"]), text(d["content"], 2), text(ws.economic[d["econ"]]), money(d["amount"]), text(d["basis"], 2), text(d["note"])])
    return Group(rows)


def purchase_block(ws, code):
    rows = [[head("项目采购", 8)], [head("品名", 4), head("数量", 2), head("金额", 2)]]
    mine = [q for q in ws.purchases if q["project"] == code and q["in_project_table"] == "1"]
    rows += [[text(q["item"], 4), centre(q["quantity"], 2), money(q["amount"], 2)] for q in mine]
    return Group(rows if mine else rows + [[text("", 4), centre("", 2), money(None, 2)]])


def goal_blocks(ws, code):
    goals = goals_of(ws, code, "长期") + goals_of(ws, code, "年度")
    rows = [[head("项目绩效总目标", 8)], [head("名称", 2), head("目标说明", 6)]]
    blocks = [Group(rows + [[text(g["name"], 2), text(g["description"], 6)] for g in goals])]
    first = [[head("长期绩效目标表", 8)], [head("目标名称")] + HEADS_LONG]
    for goal in goals_of(ws, code, "长期"):
        mine = indicators_of(ws, goal)
        rows = [[text(r["level1"]), text(r["level2"]), text(r["level3"], 2), centre(fmt_target(r), 2), centre(r["basis"])] for r in mine]
        rows[0].insert(0, text(goal["name"], down=len(mine)))
        blocks.append(Group(first + rows))
        first = []
    first = [[head("年度绩效目标表", 8)]] + year_heads("目标名称", "预计当年实现")
    for goal in goals_of(ws, code, "年度"):
        mine = indicators_of(ws, goal)
        rows = [[text(r["level1"]), text(r["level2"]), text(r["level3"]), centre(r["year_minus_2"]), centre(r["year_minus_1"]),
                 centre(fmt_target(r)), centre(r["basis"])] for r in mine]
        rows[0].insert(0, text(goal["name"], down=len(mine)))
        blocks.append(Group(first + rows))
        first = []
    return blocks


def table12(ws, p):
    texts = ws.sections(f"projects/{p['code']}.md")
    groups = [identity_block(ws, p, texts), source_block(ws, p["code"]), detail_block(ws, p["code"]), purchase_block(ws, p["code"])]
    return Table("12-" + p["order_t12"], "项目支出绩效目标表", [12, 12, 13, 19, 12, 11, 11, 12], groups + goal_blocks(ws, p["code"]), form=True)
