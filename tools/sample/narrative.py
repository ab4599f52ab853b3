"""Fills the texts of part 3: each {{name}} is a figure or a list that follows from the lines."""
import re

from tables import CLASSES, income, three_public
from workspace import percent, wan


def plain(amount):
    return wan(amount, comma=False)


def change(now, before):
    """增加1780.15万元，增长19.19% — or 与上年持平; a base of nought has no percentage."""
    if now == before:
        return "与上年持平"
    verb, rate = ("增加", "增长") if now > before else ("减少", "下降")
    moved = f"{verb}{plain(abs(now - before))}万元"
    return f"{moved}，{rate}{percent(abs(now - before), before)}" if before else moved


def names(items):
    return "、".join(items)


def functional_sentences(ws, facts):
    causes = {r["func"]: r["cause"] for r in ws.causes}
    made = []
    for code in sorted({line["func"] for line in ws.budget_lines if line["source"] == "11" and line["amount"]}):
        now, before = ws.total(func=code, source="11"), ws.prior(ws.year - 1, func=code)
        path = "".join(f"{ws.function[code[:n]]}（{level}）" for n, level in ((3, "类"), (5, "款"), (7, "项")))
        said = f"{path}{plain(now)}万元，"
        if now == before:
            said += "与上年持平"
        elif before == 0:
            said += "上年没有安排此项预算，主要是" + fill(causes[code], facts)
        else:
            said += f"比{ws.year - 1}年预算{change(now, before)}，主要是" + fill(causes[code], facts)
        made.append(said + "。")
    return "\n".join(made)


def totals(ws):
    total, grant = ws.total(), ws.total(source=("11", "12", "13"))
    basic, project = ws.total(kind=("P", "U")), ws.total(kind="J")
    last = ws.year - 1
    return {
        "年度": str(ws.year), "上年": str(last), "收支总预算": plain(total), "收支总预算变动": change(total, ws.prior(last)),
        "收入名称": names(s["income_name"] for s in ws.sources if income(ws, (s["code"],))),
        "支出类名称": names(n for c, n in CLASSES if ws.total(func=c)),
        "收入构成": "；".join(f"{s['income_name']}{plain(income(ws, (s['code'],)))}万元，占{percent(income(ws, (s['code'],)), total)}"
                          for s in ws.sources if income(ws, (s["code"],))),
        "财政拨款": plain(grant), "财政拨款支出构成": names(f"{n}{plain(ws.total(func=c))}万元" for c, n in CLASSES if ws.total(func=c)),
        "一般公共预算": plain(ws.total(source="11")), "一般公共预算本年": plain(income(ws, ("11",))),
        "一般公共预算变动": change(ws.total(source="11"), ws.prior(last, source="11")),
        "基本支出": plain(basic), "基本支出占比": percent(basic, total), "项目支出": plain(project), "项目支出占比": percent(project, total),
        "人员经费": plain(ws.total(kind="P")), "公用经费": plain(ws.total(kind="U")), "工资福利支出": plain(ws.total(kind="P", econ="301")),
        "@人员经费 增减": moved(ws, "P"), "@公用经费 增减": moved(ws, "U"),
    }


def moved(ws, kind):
    return change(ws.total(kind=kind, func="2170101"), ws.prior(ws.year - 1, kind=kind, func="2170101")).split("，")[0]


def parts(ws):
    def used(kind):
        return [ws.economic[c] for c in sorted({x["econ"] for x in ws.budget_lines if x["kind"] == kind and x["amount"]})]
    now, before = three_public(lambda **w: ws.total(source="11", **w)), three_public(lambda **w: ws.prior(ws.year - 1, **w))
    facts = {"人员款名称": names(used("P")), "公用款名称": names(used("U")), "三公变动": change(now["total"], before["total"]),
             "公车减少": plain(before["running"] - now["running"]), "接待减少": plain(before["reception"] - now["reception"])}
    for name, key in (("三公", "total"), ("出国", "abroad"), ("公车", "vehicle"), ("公车购置", "purchase"), ("公车运行", "running"), ("接待", "reception")):
        facts[name] = plain(now[key])
    for category, name, listed in (("22", "其他运转类", "其他运转类项目"), ("31", "本级支出项目", "本级支出项目名称")):
        mine = [p for p in ws.projects if p["category"] == category]
        facts[name] = plain(ws.total(project=tuple(p["code"] for p in mine)))
        facts[listed] = names(p["name"] for p in mine)
    return facts


def others(ws):
    def bought(**want):
        return sum(q["amount"] for q in ws.purchases if all(q[k] == v for k, v in want.items()))
    asset = {r["item"]: r for r in ws.assets}
    year, month, day = ws.assets[0]["as_of"].split("-")
    if bought(kind="工程"):
        raise ValueError("the text of section 11 names goods and services only")
    return {
        "本级公用": plain(ws.total(kind="U", unit="169001")), "事业公用": plain(ws.total(kind="U", unit="169002")),
        "政府采购": plain(bought(in_procurement="1")), "采购货物": plain(bought(in_procurement="1", kind="货物")),
        "采购服务": plain(bought(in_procurement="1", kind="服务")), "购买服务": plain(bought(service_purchase="1")),
        "购买服务非采购": plain(bought(service_purchase="1", in_procurement="0")),
        "采购非购买服务": plain(bought(service_purchase="0", in_procurement="1", kind="服务")),
        "资产日期": f"{year}年{int(month)}月{int(day)}日", "资产": plain(asset["有形资产"]["amount"] + asset["无形资产"]["amount"]),
        "有形资产": plain(asset["有形资产"]["amount"]), "无形资产": plain(asset["无形资产"]["amount"]),
        "公车辆数": asset["一般公务用车"]["quantity"], "项目数": str(len(ws.projects)),
    }


def fill(template, facts):
    return re.sub(r"\{\{(.+?)\}\}", lambda m: facts[m.group(1)], template)


def sections(ws):
    """Part 3 as (heading, paragraphs)."""
    facts = totals(ws) | parts(ws) | others(ws)
    facts["各项支出"] = functional_sentences(ws, facts)
    return [(heading, [line for p in paragraphs for line in fill(p, facts).split("\n")]) for heading, paragraphs in ws.sections("part3.md").items()]
