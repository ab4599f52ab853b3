"""The book as plain text: paragraphs between blank lines, tables as lines of cells between tabs."""
from model import Heading, Paragraph, grid

CONTENTS = [("一、部门收支总表", "1"), ("二、部门收入总表", "2"), ("三、部门支出总表", "3"), ("四、财政拨款收支总表", "4"),
            ("五、一般公共预算支出表（分功能科目，分单位）", "5-1"), ("六、一般公共预算基本支出表", "6"), ("七、一般公共预算“三公”经费支出表", "7"),
            ("八、政府性基金预算支出表", "8"), ("九、国有资本经营预算支出表", "9"), ("十、项目支出情况表", "10"), ("十一、整体支出绩效目标表", "11"),
            ("十二、项目支出绩效目标表", "12-1")]


def contents(book):
    """(level, text, block) of the table of contents: parts, sections, and the tables of part 2."""
    for block in book.blocks:
        if isinstance(block, Heading):
            yield block.level, block.text, block
        for text, number in CONTENTS:
            if getattr(block, "number", None) == number:
                yield 2, text, block


def compact(group, width):
    """The group's rows in as few columns as its own cells need; a merged cell stands in its first place."""
    cells = grid(group.rows, width)
    used = {0}
    for row in cells:
        used |= {x for x in range(1, width) if row[x][0] is not row[x - 1][0]}
    for row in cells:
        yield [row[x][0].text.replace("\n", " ") if row[x][1] else "" for x in sorted(used)]


def write(book, path):
    out = ["", book.title, "", "目 录", ""]
    for level, text, _ in contents(book):
        out += ["", text, ""] if level == 1 else ["- " + text]
    for block in book.blocks:
        out.append("")
        if isinstance(block, (Heading, Paragraph)):
            out.append(block.text)
            continue
        out += [block.label, "", block.title, "", block.unit, ""]
        for group in block.groups:
            out += ["\t".join(row) for row in compact(group, len(block.columns))]
        if block.remark:
            out += ["", block.remark]
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write("\n".join(out) + "\n")
