#!/usr/bin/python3
"""Makes the sample's published files from its workspace, and the copy with planted errors. Run by hand:

    apt-get install python3-xlsxwriter weasyprint fonts-noto-cjk
    /usr/bin/python3 tools/sample/make.py

The same workspace gives the same bytes: dates are fixed, nothing depends on the clock or on the order of a folder.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import errors  # noqa: E402
import forms  # noqa: E402
import narrative  # noqa: E402
import tables  # noqa: E402
import write_docx  # noqa: E402
import write_html  # noqa: E402
import write_text  # noqa: E402
import write_xlsx  # noqa: E402
from model import Heading, Paragraph, grid  # noqa: E402
from workspace import Workspace  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "sample")


class Book:
    """Title, and what follows it in order: headings, paragraphs, tables."""

    def __init__(self, ws):
        self.body = ws.department["name"]
        self.year = ws.year
        self.title = f"{self.body}{ws.year}年部门预算"
        name = f"{self.body}{ws.year}年部门预算"
        self.blocks = [Heading(1, f"第一部分 {self.body}概况"), Heading(2, "一、部门主要职能")]
        self.blocks += [Paragraph(p) for p in ws.sections("part1-duties.md")[""]]
        self.blocks.append(Heading(2, "二、部门预算单位构成"))
        self.blocks += [Paragraph(p) for p in ws.sections("part1-units.md")[""]]
        listed = [u["listed"] for u in ws.units if u["listed"]]
        self.blocks += [Paragraph(f"{i}. {n}") for i, n in enumerate(listed, 1)]
        self.blocks.append(Heading(1, f"第二部分 {name}表"))
        self.blocks += [t(ws) for t in (tables.table1, tables.table2, tables.table3, tables.table4, tables.table5_1, tables.table5_2, tables.table6, tables.table7)]
        self.blocks += [tables.fund_table(ws, "8", "12", "政府性基金预算"), tables.fund_table(ws, "9", "13", "国有资本经营预算"), tables.table10(ws), forms.table11(ws)]
        self.blocks += [forms.table12(ws, p) for p in sorted(ws.projects, key=lambda p: p["order_t12"])]
        self.blocks.append(Heading(1, f"第三部分 {name}情况说明"))
        for heading, paragraphs in narrative.sections(ws):
            self.blocks += [Heading(2, heading)] + [Paragraph(p) for p in paragraphs]
        self.blocks.append(Heading(1, "第四部分 名词解释"))
        self.blocks += [Paragraph(p) for p in ws.sections("part4-glossary.md")[""]]

    def tables(self):
        return [b for b in self.blocks if hasattr(b, "groups")]

    def table(self, number):
        return next(t for t in self.tables() if t.number == number)


def publish(book, folder):
    os.makedirs(folder, exist_ok=True)
    for table in book.tables():
        for group in table.groups:
            grid(group.rows, len(table.columns))
    write_text.write(book, os.path.join(folder, "book.txt"))
    write_html.write(book, os.path.join(folder, "book.html"))
    write_xlsx.write(book, os.path.join(folder, "book.xlsx"))
    write_docx.write(book, os.path.join(folder, "book.docx"))
    if "--no-pdf" not in sys.argv:
        write_html.write_pdf(book, os.path.join(folder, "book.pdf"))


def main():
    ws = Workspace(os.path.join(ROOT, "workspace"))
    publish(Book(ws), os.path.join(ROOT, "published"))
    wrong = Book(ws)
    planted = errors.plant(wrong)
    publish(wrong, os.path.join(ROOT, "with-errors"))
    errors.write_list(planted, os.path.join(ROOT, "with-errors", "ERRORS.tsv"))


FIXED = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1675209600"}  # 2023-02-01: the fonts' names and dates follow these

if __name__ == "__main__":
    if any(os.environ.get(k) != v for k, v in FIXED.items()):
        os.execve(sys.executable, [sys.executable] + sys.argv, os.environ | FIXED)
    main()
