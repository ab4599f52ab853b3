"""The book as a workbook: a sheet a table, merged heads, numbers as numbers; the texts on sheets of their own."""
import datetime

import xlsxwriter

from model import Heading, Paragraph, grid


def formats(book):
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    ruled = base | {"border": 1}
    return {name: book.add_format(look) for name, look in {
        "title": base | {"font_size": 16, "bold": True, "align": "center", "text_wrap": False}, "label": base | {"text_wrap": False},
        "unit": base | {"align": "right", "text_wrap": False}, "head": ruled | {"bold": True, "align": "center", "bg_color": "#F2F2F2"},
        "text": ruled | {"align": "left"}, "centre": ruled | {"align": "center"}, "number": ruled | {"align": "right", "num_format": "#,##0.00"},
        "prose": base | {"font_size": 12}, "heading": base | {"font_size": 14, "bold": True}}.items()}


def put_cell(sheet, y, x, cell, look):
    value = cell.cents / 100 if cell.cents is not None else cell.text
    if cell.across > 1 or cell.down > 1:
        sheet.merge_range(y, x, y + cell.down - 1, x + cell.across - 1, value, look)
    elif value == "":
        sheet.write_blank(y, x, None, look)
    elif cell.cents is None:
        sheet.write_string(y, x, value, look)
    else:
        sheet.write_number(y, x, value, look)


def height(row, table):
    """Points for the longest text of a row; a width unit of a column is about half a Chinese character."""
    most, share, x = 1, 130 / sum(table.columns), 0
    for cell in row:
        room = max(2, sum(table.columns[x:x + cell.across]) * share / 2)
        if cell.down == 1:
            most = max(most, sum(-(-len(t) // int(room)) for t in cell.text.split("\n")))
        x += cell.across
    return 15 * most + 3


def put_table(workbook, table, looks):
    sheet = workbook.add_worksheet("公开表" + table.number)
    width = len(table.columns)
    for x, w in enumerate(table.columns):
        sheet.set_column(x, x, w * 130 / sum(table.columns))
    sheet.write_string(0, 0, table.label, looks["label"])
    sheet.merge_range(1, 0, 1, width - 1, table.title, looks["title"])
    sheet.merge_range(2, 0, 2, width - 1, table.unit, looks["unit"])
    y = 3
    for group in table.groups:
        for dy, row in enumerate(grid(group.rows, width)):
            cells = [(x, cell) for x, (cell, origin) in enumerate(row) if origin]
            sheet.set_row(y + dy, height([c for _, c in cells], table))
            for x, cell in cells:
                put_cell(sheet, y + dy, x, cell, looks[cell.role])
        y += len(group.rows)
        if group.head:
            sheet.repeat_rows(3, y - 1)
    if table.remark:
        sheet.write_string(y, 0, table.remark, looks["label"])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    if table.landscape:
        sheet.set_landscape()


def put_part(workbook, title, blocks, looks):
    sheet = workbook.add_worksheet(title)
    sheet.set_column(0, 0, 84)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for y, block in enumerate(blocks):
        sheet.set_row(y, 18 * -(-len(block.text) // 36) + 3)
        sheet.write_string(y, 0, block.text, looks["heading" if isinstance(block, Heading) else "prose"])


def write(book, path):
    workbook = xlsxwriter.Workbook(path)
    workbook.set_properties({"title": book.title, "author": book.body, "created": datetime.datetime(book.year, 2, 1)})
    looks = formats(workbook)
    parts = []
    for block in book.blocks:
        if isinstance(block, Heading) and block.level == 1:
            parts.append([])
        parts[-1].append(block)
    for part in parts:
        name, texts = part[0].text.split()[0], [b for b in part if isinstance(b, (Heading, Paragraph))]
        if len(texts) > 1:
            put_part(workbook, name, texts, looks)
        for table in [b for b in part if hasattr(b, "groups")]:
            put_table(workbook, table, looks)
    workbook.close()
