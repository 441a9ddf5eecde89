"""Space files as far as the page must know them: what they say, a new one, one more exception."""

import re
from pathlib import Path
from typing import Any

import yaml

from sandbox.around import Around

Json = dict[str, Any]
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")
_IGNORED = "ignore_invoices:\n"
_NEW = """\
# Made by the page of the sandbox. All keys: docs/space-files.md
sync_from: {start}
cobot:
  subdomain: {slug}
"""


def rules_of(folder: Path, slug: str) -> Json:
    """What a space file says; nothing where it cannot be read."""
    try:
        said = yaml.safe_load((folder / f"{slug}.yaml").read_text("utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return said if isinstance(said, dict) else {}


def check_slug(slug: Any) -> str:
    """The slug of a space.

    Raises:
        ValueError: it is none; says what one looks like.
    """
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        raise ValueError(f"slug {slug!r}: expected small letters, digits, hyphens: havel-haus")
    return slug


def write_new(around: Around, slug: str, *, start: str) -> None:
    """Write the file of a new space."""
    (around.space_files / f"{slug}.yaml").write_text(_NEW.format(slug=slug, start=start), "utf-8")


def ignore(around: Around, slug: str, *, number: Any, reason: Any) -> None:
    """Name one more invoice under `ignore_invoices`; the rest of the file stays as it is.

    Raises:
        ValueError: there is no file to write, or what it should name is no text.
    """
    path = around.space_files / f"{slug}.yaml"
    if not around.may_write or not path.exists():
        raise ValueError(f"{slug}.yaml: expected a space file of `make up`, there is none")
    if not all(isinstance(one, str) and one for one in (number, reason)):
        raise ValueError('expected {"number": "EL-2026-0021", "reason": "booked by hand"}')
    entry = yaml.safe_dump([{"number": number, "reason": reason}], allow_unicode=True)
    entry = "".join(f"  {line}\n" for line in entry.splitlines())
    head, _, rest = path.read_text("utf-8").rstrip("\n").partition(_IGNORED)
    parts = (head, "" if head.endswith("\n") else "\n", _IGNORED, entry, rest, "\n" if rest else "")
    path.write_text("".join(parts), "utf-8")
