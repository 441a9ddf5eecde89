"""`make plots`: the curves of docs/performance.md, from what `make bench` recorded."""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
RECORD = IMAGES / "performance.json"
mpl.rcParams.update({"svg.hashsalt": "fixed", "font.size": 10, "axes.grid": True})


def main() -> int:
    """Draw every curve."""
    found = json.loads(RECORD.read_text())
    parsing = [row for row in found["parsing"]["rows"] if row["spaces"]]
    for row in parsing:
        row["s"] = row["ms"] * row["spaces"] / 1000
    curve("parsing", parsing, ("kind", "spaces", "s"), ("spaces", "seconds to parse all"))
    curve("pace", found["pace"], ("who", "invoices", "seconds"), ("new invoices", "seconds"))
    for row in found["faults"]:
        row["wrong"] = 100 * row["doubled"] / row["invoices"]
    curve(
        "faults",
        found["faults"],
        ("who", "percent", "wrong"),
        ("% of requests that fail", "% of invoices booked twice"),
    )
    return 0


def curve(
    name: str, rows: list[dict[str, Any]], keys: tuple[str, str, str], labels: tuple[str, str]
) -> None:
    """One picture with a line for each value of the first key."""
    of, x, y = keys
    figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
    for who in dict.fromkeys(row[of] for row in rows):
        own = [row for row in rows if row[of] == who]
        axes.plot([row[x] for row in own], [row[y] for row in own], marker="o", label=who)
    axes.set(xlabel=labels[0], ylabel=labels[1], ylim=(0, None))
    axes.legend()
    figure.savefig(IMAGES / f"{name}.svg", metadata={"Date": None})
    plt.close(figure)


if __name__ == "__main__":
    sys.exit(main())
