"""The book as one self-contained HTML page, and the same page printed to PDF: cover, contents with page numbers, portrait text, landscape wide tables."""
import html

from model import Heading, Paragraph
from write_text import contents

NOTE = "样例：数字取自公开的部门预算，文字另行撰写，更正之处见 CORRECTIONS.md；不是该部门发布的文本。"

STYLE = """
@page { size: A4 portrait; margin: 24mm 20mm 22mm 20mm; @bottom-center { content: "— " counter(page) " —"; font: 9pt "Noto Serif CJK SC", serif; } }
@page cover { @bottom-center { content: none; } }
@page wide { size: A4 landscape; margin: 20mm 14mm 18mm 14mm; }
@page form { margin: 18mm 14mm 18mm 14mm; }
html { font-family: "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; font-size: 12pt; line-height: 1.75; color: #000; }
body { margin: 0 auto; max-width: 1100px; padding: 0 16px; }
h1, h2, h3 { font-weight: bold; text-align: center; margin: 0; }
.cover { page: cover; text-align: center; padding-top: 70mm; break-after: page; }
.cover .title { font-size: 28pt; font-weight: bold; line-height: 1.6; margin: 0; }
.cover .body { font-size: 16pt; margin: 100mm 0 0 0; }
.cover .note { font-size: 9pt; color: #444; margin: 6mm 0 0 0; }
.contents { break-after: page; }
.contents h1 { font-size: 18pt; margin-bottom: 6mm; }
.contents p { margin: 0; line-height: 1.62; }
.contents p.l1 { margin-top: 3mm; font-weight: bold; }
.contents p.l2 { padding-left: 2em; }
.contents a { color: inherit; text-decoration: none; }
h1.part { font-size: 18pt; break-before: page; margin: 0 0 8mm 0; }
h1.alone { padding-top: 90mm; margin: 0; }
h2.section { font-size: 13pt; text-align: left; text-indent: 2em; margin: 4mm 0 1mm 0; break-after: avoid; }
p.text { text-indent: 2em; margin: 0; text-align: justify; }
p.lead { break-after: avoid; }
section.sheet { break-before: page; }
section.wide { page: wide; }
section.form { page: form; }
section.sheet p.number { margin: 0; font-size: 11pt; text-align: left; }
section.sheet h3 { font-size: 16pt; line-height: 1.4; }
section.sheet p.unit { margin: 0 0 1mm 0; font-size: 10pt; text-align: right; }
section.sheet p.remark { margin: 2mm 0 0 0; font-size: 10pt; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; font-size: 9.5pt; line-height: 1.35; }
section.wide table, section.form table { font-size: 8.5pt; }
section#T2 table { font-size: 7.5pt; }
th, td { border: 0.6pt solid #000; height: 4.5mm; padding: 0.9mm 1.2mm; vertical-align: middle; overflow-wrap: anywhere; }
th { font-weight: bold; text-align: center; background: #f2f2f2; }
td.number { text-align: right; white-space: nowrap; }
td.centre { text-align: center; }
td.text { text-align: left; }
td.in1 { padding-left: 1.2em; }
td.in2 { padding-left: 2.2em; }
tr { break-inside: avoid; }
tbody.keep { break-inside: avoid; }
@media print { body { max-width: none; padding: 0; margin: 0; } .contents a::after { content: leader(".") target-counter(attr(href), page); font-weight: normal; } }
@media screen { section.sheet { overflow-x: auto; margin: 32px 0; } h1.part, .cover { margin-top: 48px; padding-top: 0; } .cover .body { margin-top: 24px; } }
"""


def cell_html(cell, indent):
    tag = "th" if cell.role == "head" else "td"
    attributes = "" if cell.role == "head" else f' class="{cell.role}{indent}"'
    attributes += f' colspan="{cell.across}"' if cell.across > 1 else ""
    attributes += f' rowspan="{cell.down}"' if cell.down > 1 else ""
    return f"<{tag}{attributes}>{html.escape(cell.text, quote=False).replace(chr(10), '<br>')}</{tag}>"


def table_html(table):
    total = sum(table.columns)
    out = ["<table>", "<colgroup>" + "".join(f'<col style="width:{100 * w / total:.2f}%">' for w in table.columns) + "</colgroup>"]
    for group in table.groups:
        out.append("<thead>" if group.head else '<tbody class="keep">' if table.form and group.keep else "<tbody>")
        for y, row in enumerate(group.rows):
            level = table.indents[y] if table.indents and not group.head else 0
            out.append("<tr>" + "".join(cell_html(c, f" in{level}" if level and x == 1 else "") for x, c in enumerate(row)) + "</tr>")
        out.append("</thead>" if group.head else "</tbody>")
    return out + ["</table>"]


def sheet(table):
    look = "sheet" + (" wide" if table.landscape else "") + (" form" if table.form else "")
    out = [f'<section class="{look}" id="T{table.number}">', f'<p class="number">{table.label}</p>', f"<h3>{html.escape(table.title)}</h3>",
           f'<p class="unit">{table.unit}</p>'] + table_html(table)
    if table.remark:
        out.append(f'<p class="remark">{table.remark}</p>')
    return out + ["</section>"]


def page(book):
    out = ['<!DOCTYPE html>', '<html lang="zh-CN">', '<head>', '<meta charset="utf-8">', f"<title>{book.title}</title>", f"<style>{STYLE}</style>", "</head>", "<body>",
           '<section class="cover">', f'<p class="title">{book.body}<br>{book.year}年部门预算</p>', f'<p class="body">{book.body}</p>', f'<p class="note">{NOTE}</p>', "</section>",
           '<section class="contents">', "<h1>目 录</h1>"]
    anchors = {}
    for i, (level, text, block) in enumerate(contents(book)):
        anchors[id(block)] = f"T{block.number}" if hasattr(block, "number") else f"S{i}"
        out.append(f'<p class="l{level}"><a href="#{anchors[id(block)]}">{html.escape(text, quote=False)}</a></p>')
    out.append("</section>")
    for i, block in enumerate(book.blocks):
        if isinstance(block, Heading):
            alone = block.level == 1 and hasattr(book.blocks[i + 1], "groups")
            tag, look = ("h1", "part alone" if alone else "part") if block.level == 1 else ("h2", "section")
            out.append(f'<{tag} class="{look}" id="{anchors[id(block)]}">{html.escape(block.text, quote=False)}</{tag}>')
        elif isinstance(block, Paragraph):
            lead = " lead" if block.text.startswith("（") and len(block.text) < 25 else ""
            out.append(f'<p class="text{lead}">{html.escape(block.text, quote=False)}</p>')
        else:
            out += sheet(block)
    return "\n".join(out + ["</body>", "</html>"]) + "\n"


def write(book, path):
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write(page(book))


def write_pdf(book, path):
    import weasyprint
    weasyprint.HTML(string=page(book)).write_pdf(path, identifier=b"heng-sample-book", optimize_size=("fonts",))
