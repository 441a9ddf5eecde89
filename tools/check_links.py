"""Check the docs: every relative link, image and anchor of every Markdown file must exist.

`python -m tools.check_links [folder]`; addresses on the network are not visited.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tools import ROOT

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_INLINE = re.compile(
    r"\]\(\s*(?:<([^>]*)>|([^\s()]*(?:\([^\s()]*\)[^\s()]*)*))(?:\s+[\"'][^)]*)?\)"
)
_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)")
_HTML = re.compile(
    r"<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)=[\"']([^\"']+)[\"']", re.IGNORECASE
)
_HTML_ANCHOR = re.compile(r"<[^>]+\s(?:id|name)=[\"']([^\"']+)[\"']", re.IGNORECASE)
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def markdown_files(folder: Path) -> Iterator[Path]:
    """Every Markdown file below the folder, hidden folders (environments, caches) left out."""
    for path in sorted(folder.rglob("*.md")):
        inside = path.relative_to(folder).parts[:-1]
        if not any(part.startswith(".") and part != ".github" for part in inside):
            yield path


def prose(text: str) -> Iterator[tuple[int, str]]:
    """The numbered lines outside of fenced code."""
    fence = ""
    for number, line in enumerate(text.splitlines(), start=1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
        elif mark:
            fence = mark[1]
        else:
            yield number, line


def links(text: str) -> Iterator[tuple[int, str]]:
    """Line and target of every link, image and reference."""
    for number, line in prose(text):
        bare = _CODE_SPAN.sub("", line)
        for match in _INLINE.finditer(bare):
            yield number, match[1] or match[2]
        for pattern in (_REFERENCE, _HTML):
            for match in pattern.finditer(bare):
                yield number, match[1]


def slug(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    text = re.sub(r"<[^>]+>", "", text).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Everything a link into this text may point at; repeated headings get a number."""
    found: set[str] = set()
    seen: dict[str, int] = {}
    for _, line in prose(text):
        found.update(_HTML_ANCHOR.findall(line))
        if heading := _HEADING.match(line):
            name = slug(heading[1])
            count = seen.get(name, 0)
            seen[name] = count + 1
            found.add(f"{name}-{count}" if count else name)
    return found


def problem(file: Path, target: str, root: Path) -> str | None:
    """What is wrong with one link of a file, `None` where nothing is."""
    if _ELSEWHERE.match(target):
        return None
    where, _, anchor = unquote(target).partition("#")
    where = where.partition("?")[0]
    start = root if where.startswith("/") else file.parent
    goal = (start / where.lstrip("/")).resolve() if where else file
    if not goal.is_relative_to(root):
        return "leads out of the project"
    if not goal.exists():
        return "does not exist"
    if anchor and goal.suffix == ".md" and anchor not in anchors(goal.read_text("utf-8")):
        return "no such heading"
    return None


def problems(root: Path) -> Iterator[str]:
    """Every broken link as `file:line: target: what is wrong`."""
    for file in markdown_files(root):
        for number, target in links(file.read_text("utf-8")):
            if wrong := problem(file, target, root):
                yield f"{file.relative_to(root)}:{number}: {target}: {wrong}"


def main(arguments: list[str]) -> int:
    """Print the broken links; the exit status says whether there are any."""
    root = Path(arguments[0]).resolve() if arguments else ROOT
    broken = list(problems(root))
    print("\n".join([*broken, f"{len(list(markdown_files(root)))} files, {len(broken)} bad links"]))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
