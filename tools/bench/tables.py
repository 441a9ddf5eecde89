"""What was measured, as the tables of docs/performance.md.

Each part of `make bench` leaves its table in .bench/, which git ignores. `make pages` puts the
tables that are there between the marks of the page; the rest of the page stays.
"""

import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tools import ROOT

PAGE = ROOT / "docs" / "performance.md"
MEASURED = ROOT / ".bench"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; fractions with two digits, below ten, and else with one."""
    lines = [columns, ["---"] * len(columns), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def show(part: str, text: str) -> None:
    """Print the table of a part that has no place on the page."""
    print(f"{part}\n\n{text}\n", flush=True)


def keep(part: str, text: str) -> None:
    """Print the table of a part and leave it for the page."""
    show(part, text)
    MEASURED.mkdir(exist_ok=True)
    (MEASURED / f"{part}.md").write_text(text + "\n", "utf-8")


def filled(page: str, measured: Path) -> str:
    """The page with the tables of a folder between their marks."""
    for file in sorted(measured.glob("*.md")):
        begin, end = f"<!-- figures: {file.stem} -->\n", "\n<!-- end -->"
        between = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        text = begin + file.read_text("utf-8").strip() + end
        page = between.sub(lambda _, text=text: text, page)  # type: ignore[misc]
    return page


def main() -> int:
    """Fill the page."""
    PAGE.write_text(filled(PAGE.read_text("utf-8"), MEASURED), "utf-8")
    return 0


def _cell(value: object) -> str:
    if not isinstance(value, float):
        return f"{value:,}" if isinstance(value, int) else str(value)
    return f"{value:.2f}" if abs(value) < 10 else f"{value:,.1f}"


if __name__ == "__main__":
    sys.exit(main())
