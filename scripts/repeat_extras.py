"""Give every `name[extra]==1.0` of a hashed lock a second entry without the extra.

Older versions of pip (23.2, for one) want both: they look for `name` and `name[extra]` as if these
were two packages, find one of them unpinned, and refuse the whole file.
"""

import re
import sys
from pathlib import Path

_ENTRY = re.compile(r"^(?=[\w.-]+(?:\[[^\]]*\])?==)", re.MULTILINE)
_EXTRA = re.compile(r"\A([\w.-]+)\[[^\]]*\]==")


def repeated(lock: str) -> str:
    """The lock with the missing entries; unchanged where none is missing."""
    entries = _ENTRY.split(lock)
    complete: list[str] = []
    for entry in entries:
        plain = _EXTRA.sub(r"\1==", entry)
        if plain != entry and plain not in entries:
            complete.append(plain)
        complete.append(entry)
    return "".join(complete)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(repeated(path.read_text("utf-8")), "utf-8")
