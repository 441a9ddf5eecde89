"""`make pages`: the page of the assumptions, from their table in the code."""

import sys

from cobot_sevdesk.domain.assumptions import ASSUMPTIONS, Assumption
from tools import ROOT

PAGE = ROOT / "docs" / "assumptions.md"
HEAD = """# What is assumed about Cobot and sevDesk

Neither vendor documents all that matters. Each assumption has an id, which code, reports, red
tasks and the sandbox use too. [first-day.md](first-day.md) says how to prove them on your own
accounts. The table is made from
[assumptions.py](../plugins/cobot_sevdesk/domain/assumptions.py) by `make pages`.

- **Source**: *vendor* is the vendor's own document or code, *recorded* was seen by others in a
  live account, *guessed* was told by nobody.
- **Proven by**: *reading* is done by every preflight, *writing* by a proof that is asked for.
  *Nothing*: it cannot be tried without harm, or nothing depends on it.
- **Otherwise**: what the package does where the assumption is wrong. **Red** means that a person
  has to set or do something, and the red task CS-120 says what.
- **Switch**: the switch of the [sandbox](../include/sandbox/README.md) that plays it."""
SERVICES = {"both": "Both services", "Cobot": "Cobot", "sevDesk": "sevDesk"}
WAYS = {"reading": "reading", "writing": "writing", "none": "nothing"}


def page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for service, title in SERVICES.items():
        rows = [_row(one) for one in ASSUMPTIONS if one.service == service]
        head = (
            "| id | assumed | source | proven by | otherwise | switch |\n|---|---|---|---|---|---|"
        )
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def _row(one: Assumption) -> str:
    switches = ", ".join(f"`{name}`" for name in one.switches)
    otherwise = one.otherwise + (" **Red.**" if one.to_do else "")
    cells = (one.id, one.assumed, one.source, WAYS[one.way], otherwise, switches)
    return f"| {' | '.join(cells)} |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
