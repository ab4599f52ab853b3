"""The book as a Word document, written directly: paragraphs, tables with merged cells, landscape sections for wide tables."""
import zipfile
from xml.sax.saxutils import escape

from model import Heading, Paragraph, grid

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = ('<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
         '<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>')
RELS = ('<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>')
DOCUMENT_RELS = RELS.replace("officeDocument\" Target=\"word/document.xml", "styles\" Target=\"styles.xml")
STYLES = (f'<?xml version="1.0" encoding="UTF-8"?><w:styles {NS}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="SimSun" w:hAnsi="SimSun" w:eastAsia="宋体"/>'
          '<w:sz w:val="24"/></w:rPr></w:rPrDefault></w:docDefaults>'
          '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:pageBreakBefore/><w:jc w:val="center"/><w:outlineLvl w:val="0"/></w:pPr>'
          '<w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>'
          '<w:style w:type="paragraph" w:styleId="Heading2"><w:name w:val="heading 2"/><w:pPr><w:keepNext/><w:outlineLvl w:val="1"/></w:pPr><w:rPr><w:b/><w:sz w:val="26"/></w:rPr></w:style></w:styles>')


def run(text, size=None, bold=False):
    look = ("<w:b/>" if bold else "") + (f'<w:sz w:val="{size}"/>' if size else "")
    broken = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(t)}</w:t>' for t in text.split("\n"))
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{broken}</w:r>"


def para(text, style="", align="", size=None, bold=False, indent=False, section=""):
    look = (f'<w:pStyle w:val="{style}"/>' if style else "") + ('<w:ind w:firstLine="480"/>' if indent else "") + (f'<w:jc w:val="{align}"/>' if align else "") + section
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{run(text, size, bold) if text else ''}</w:p>"


def section(landscape):
    size = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>' if landscape else '<w:pgSz w:w="11906" w:h="16838"/>'
    return f'<w:sectPr><w:type w:val="nextPage"/>{size}<w:pgMar w:top="1134" w:right="850" w:bottom="1134" w:left="850" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'


def cell_xml(cell, width, merge):
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>' + (f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else "") + merge + '<w:vAlign w:val="center"/>'
    align = {"head": "center", "centre": "center", "number": "right"}.get(cell.role, "")
    text = "" if merge == "<w:vMerge/>" else cell.text
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{para(text, align=align, size=17, bold=cell.role == 'head')}</w:tc>"


def table_xml(table):
    room = 15138 if table.landscape else 10206
    widths = [int(room * w / sum(table.columns)) for w in table.columns]
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
    out = [f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>',
           "".join(f'<w:gridCol w:w="{w}"/>' for w in widths), "</w:tblGrid>"]
    for group in table.groups:
        for row in grid(group.rows, len(widths)):
            out.append("<w:tr><w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if group.head else "") + "</w:trPr>")
            x = 0
            while x < len(widths):
                cell, origin = row[x]
                merge = "" if cell.down == 1 else '<w:vMerge w:val="restart"/>' if origin else "<w:vMerge/>"
                out.append(cell_xml(cell, sum(widths[x:x + cell.across]), merge))
                x += cell.across
            out.append("</w:tr>")
    return "".join(out + ["</w:tbl>"])


def body(book):
    out = [para("", section="")] * 8 + [para(book.body, align="center", size=56, bold=True), para(f"{book.year}年部门预算", align="center", size=56, bold=True)]
    landscape = False
    for block in book.blocks:
        wide = getattr(block, "landscape", False)
        if wide or landscape:
            out.append(para("", section=section(landscape)))
            landscape = wide
        if isinstance(block, Heading):
            out.append(para(block.text, style=f"Heading{block.level}"))
        elif isinstance(block, Paragraph):
            out.append(para(block.text, indent=True))
        else:
            out += [para(block.label), para(block.title, align="center", size=32, bold=True), para(block.unit, align="right", size=20), table_xml(block), para(block.remark, size=20)]
    return "".join(out) + section(landscape)


def write(book, path):
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {NS}><w:body>{body(book)}</w:body></w:document>'
    parts = (("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", document), ("word/_rels/document.xml.rels", DOCUMENT_RELS), ("word/styles.xml", STYLES))
    with zipfile.ZipFile(path, "w") as z:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            z.writestr(entry, content.encode())
