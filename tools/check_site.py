"""Check the built site: links, languages, and that nothing comes from another host.

`python -m tools.check_site folder`; links to other hosts are allowed, and not visited.
"""

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LANGUAGES = {"de", "en"}
_CSS_FETCH = re.compile(r"(?:url\(|@import)\s*[\"']?([^\"')\s;]+)", re.IGNORECASE)
_TARGETS = {"href", "src", "srcset", "data", "action", "poster"}


class Page(HTMLParser):
    """What one page points at, and what can be pointed at in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.targets: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.language = ""
        self.others: dict[str, str] = {}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note tag and target of what points somewhere, anchors, and languages."""
        stated = {name: value or "" for name, value in attrs}
        self.ids |= {stated[name] for name in ("id", "name") if name in stated}
        self.targets += [(tag, stated[name]) for name in sorted(stated.keys() & _TARGETS)]
        if tag == "html":
            self.language = stated.get("lang", "")
        if tag == "link" and "hreflang" in stated:
            self.others[stated["hreflang"]] = stated["href"]


class Site:
    """All pages and style sheets below a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.pages = {path: Page(path) for path in sorted(self.folder.rglob("*.html"))}

    def problems(self) -> Iterator[str]:
        """Everything that is wrong, as `file: what: why`."""
        for path, page in self.pages.items():
            name = path.relative_to(self.folder)
            for tag, target in page.targets:
                if wrong := self._wrong(path, tag, target):
                    yield f"{name}: {target}: {wrong}"
            yield from (f"{name}: {one}" for one in self._languages(path, page))
        for path in sorted(self.folder.rglob("*.css")):
            for target in _CSS_FETCH.findall(path.read_text("utf-8")):
                if _is_elsewhere(target):
                    yield f"{path.relative_to(self.folder)}: {target}: comes from another host"

    def _wrong(self, path: Path, tag: str, target: str) -> str | None:
        if target.startswith(("data:", "mailto:")):
            return None
        if _is_elsewhere(target):
            return None if tag == "a" else "comes from another host"
        goal = self._goal(path, target)
        if not goal.is_relative_to(self.folder) or not goal.is_file():
            return "does not exist"
        anchor = unquote(urlsplit(target).fragment)
        if anchor and goal in self.pages and anchor not in self.pages[goal].ids:
            return "no such anchor"
        return None

    def _languages(self, path: Path, page: Page) -> Iterator[str]:
        if page.language not in LANGUAGES:
            yield "its language is not stated"
        for language, target in page.others.items():
            other = self.pages.get(self._goal(path, target))
            back = other and other.others.get(page.language)
            if not other or other.language != language:
                yield f"{target}: is not in the language {language}"
            elif not back or self._goal(self._goal(path, target), back) != path:
                yield f"{target}: does not lead back"

    def _goal(self, path: Path, target: str) -> Path:
        where = unquote(urlsplit(target).path)
        return (path.parent / where).resolve() if where else path


def _is_elsewhere(target: str) -> bool:
    parts = urlsplit(target)
    return bool(parts.netloc or parts.scheme not in ("", "data"))


def main(arguments: list[str]) -> int:
    """Print what is wrong; the exit status says whether anything is."""
    site = Site(Path(arguments[0]))
    wrong = list(site.problems())
    print("\n".join([*wrong, f"{len(site.pages)} pages, {len(wrong)} problems"]))
    return 1 if wrong or not site.pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
