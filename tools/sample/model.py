"""The book as the writers see it: headings, paragraphs, tables of cells. What is printed is decided here, once."""
from dataclasses import dataclass, field

from workspace import wan


@dataclass
class Cell:
    text: str
    across: int = 1
    down: int = 1
    role: str = "text"      # head, text, centre, number
    cents: int = None       # a number as printed, in hundredths of the printed unit; None for text


@dataclass
class Group:
    """Rows that belong together: the head, the body, a block of a form."""
    rows: list
    head: bool = False

    @property
    def keep(self):
        """A cell that spans rows must not be cut by a page: such blocks stay together."""
        return any(cell.down > 1 for row in self.rows for cell in row) or len(self.rows) <= 6


@dataclass
class Table:
    number: str             # 5-1
    title: str
    columns: list           # relative widths
    groups: list
    unit: str = "单位：万元"
    remark: str = ""
    landscape: bool = False
    form: bool = False
    indents: list = field(default_factory=list)

    @property
    def label(self):
        return "公开表 " + self.number


@dataclass
class Heading:
    level: int
    text: str


@dataclass
class Paragraph:
    text: str


def head(text, across=1, down=1):
    return Cell(text, across, down, "head")


def text(value, across=1, down=1):
    return Cell(value, across, down, "text")


def centre(value, across=1, down=1):
    return Cell(value, across, down, "centre")


def money(amount, across=1, blank_zero=False):
    """An amount of 分 in 万元; None and, where the form says so, zero are blank."""
    if amount is None or (blank_zero and amount == 0):
        return Cell("", across, 1, "number")
    printed = wan(amount)
    return Cell(printed, across, 1, "number", int(printed.replace(",", "").replace(".", "")))


def grid(rows, width):
    """Cells at their places: a list of rows of (cell or None, is_origin)."""
    taken = {}
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            for dy in range(cell.down):
                for dx in range(cell.across):
                    if (y + dy, x + dx) in taken or x + dx >= width or y + dy >= len(rows):
                        raise ValueError(f"cells overlap or leave the table: {cell}")
                    taken[y + dy, x + dx] = (cell, dy == 0 and dx == 0)
            x += cell.across
    for y in range(len(rows)):
        for x in range(width):
            if (y, x) not in taken:
                raise ValueError(f"row {y} has no cell in column {x}: {[c.text for c in rows[y]]}")
    return [[taken[y, x] for x in range(width)] for y in range(len(rows))]
