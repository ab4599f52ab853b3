"""Reads the workspace: CSV lines and Markdown texts. Amounts are integers of 分 (0.01 元); nothing is a float."""
import csv
import os
import re


def fen(text):
    """'1302400.00' (元) to 分; the empty string is None."""
    if text == "":
        return None
    if not re.fullmatch(r"-?\d+\.\d\d", text):
        raise ValueError(f"not an amount in 元 with two decimals: {text!r}")
    return int(text.replace(".", ""))


def half_up(numerator, denominator):
    """Rounded quotient of integers, halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def wan(amount, comma=True):
    """分 to 万元 with two decimals, as printed."""
    cents = half_up(amount, 10000)
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{whole:,}.{rest:02d}" if comma else f"{sign}{whole}.{rest:02d}"


def percent(part, whole):
    """Share as printed: 18.64%."""
    basis = half_up(part * 10000, whole)
    return f"{basis // 100}.{basis % 100:02d}%"


class Workspace:
    """Every CSV file as a list of dictionaries, under its file name with '_' for '-'."""

    FILES = ("units", "sources", "functions", "economics", "income", "carry-over", "budget-lines", "projects",
             "project-details", "purchases", "prior-lines", "goals", "indicators", "causes", "assets")

    def __init__(self, folder):
        self.folder = folder
        for name in self.FILES:
            with open(os.path.join(folder, name + ".csv"), encoding="utf-8-sig", newline="") as f:
                rows = list(csv.DictReader(f))
            for row in rows:
                for key in ("amount", "total"):
                    if key in row:
                        row[key] = fen(row[key])
            setattr(self, name.replace("-", "_"), rows)
        self.year = int(self.budget_lines[0]["year"])
        self.function = {r["code"]: r["name"] for r in self.functions}
        self.economic = {r["code"]: r["name"] for r in self.economics}
        self.unit = {r["code"]: r for r in self.units}
        self.department = next(r for r in self.units if r["parent"] == "")
        self.project = {r["code"]: r for r in self.projects}
        self.check()

    def check(self):
        """Keys that lead nowhere are mistakes of the workspace: they would silently leave money out of the tables."""
        for line in self.budget_lines:
            for key, known in (("unit", self.unit), ("func", self.function), ("econ", self.economic)):
                if line[key] not in known:
                    raise ValueError(f"budget-lines.csv: unknown {key} {line[key]}")
            if (line["kind"] == "J") != (line["project"] in self.project):
                raise ValueError(f"budget-lines.csv: kind J needs a project, others none: {line}")
        for detail in self.project_details:
            if detail["project"] not in self.project:
                raise ValueError(f"project-details.csv: unknown project {detail['project']}")

    def text(self, name):
        own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "texts", name)  # templates: the workspace keeps only the officer's words
        with open(own if os.path.exists(own) else os.path.join(self.folder, "texts", name), encoding="utf-8") as f:
            return f.read()

    def sections(self, name):
        """A Markdown text as {heading: paragraphs}; lines that follow each other are separate paragraphs."""
        found, heading = {}, ""
        for line in self.text(name).splitlines():
            if line.startswith("# "):
                heading = line[2:].strip()
                found[heading] = []
            elif line.strip():
                found.setdefault(heading, []).append(line.strip())
        return found

    def total(self, **want):
        """Sum of this year's budget lines; func and econ select by prefix, other keys by value or tuple of values."""
        return sum(line["amount"] for line in self.budget_lines if matches(line, want))

    def prior(self, year, **want):
        return sum(line["amount"] for line in self.prior_lines if line["year"] == str(year) and matches(line, want))


def matches(line, want):
    for key, value in want.items():
        if value is None:
            continue
        if key in ("func", "econ"):
            if not line[key].startswith(value):
                return False
        elif isinstance(value, tuple):
            if line[key] not in value:
                return False
        elif line[key] != value:
            return False
    return True
