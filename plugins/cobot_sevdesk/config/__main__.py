"""`python -m cobot_sevdesk.config lint | schema | procedure`, for people who write space files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from cobot_sevdesk import __version__
from cobot_sevdesk.config.loading import (
    BrokenConfig,
    configs_folder,
    load_space_configs,
)
from cobot_sevdesk.config.models import SpaceConfig
from cobot_sevdesk.config.procedure import procedure_of
from cobot_sevdesk.errors import ConfigError


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a space file, for editors."""
    schema = SpaceConfig.model_json_schema()
    schema["properties"].pop("slug")
    schema["required"].remove("slug")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "A space of cobot_sevdesk",
    }


def lint(folder: Path) -> int:
    """Print what is wrong with the files of a folder; returns how many files are wrong."""
    spaces = load_space_configs(folder)
    broken = [space for space in spaces if isinstance(space, BrokenConfig)]
    for space in broken:
        print("\n".join(space.problems))
    print(f"{len(spaces) - len(broken)} of {len(spaces)} spaces are fine")
    return len(broken)


def print_procedure(slug: str, *, as_html: bool = False) -> int:
    """Print the procedure documentation of a space; returns the exit status."""
    try:
        document = procedure_of(slug, version=__version__)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 1
    print(document.to_html() if as_html else document.to_markdown(), end="")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m cobot_sevdesk.config", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    linting = commands.add_parser("lint", help="say what is wrong with the space files")
    linting.add_argument("folder", nargs="?", type=Path, default=None)
    commands.add_parser("schema", help="print the JSON Schema of a space file")
    documenting = commands.add_parser("procedure", help="print a space's procedure documentation")
    documenting.add_argument("slug")
    documenting.add_argument("--html", action="store_true", help="as a page to print")
    chosen = parser.parse_args(arguments)
    if chosen.command == "schema":
        print(json.dumps(json_schema(), indent=2, ensure_ascii=False))
        return 0
    if chosen.command == "procedure":
        return print_procedure(chosen.slug, as_html=chosen.html)
    folder = chosen.folder or configs_folder()
    if not folder.is_dir():
        print(f"{folder}: no such folder", file=sys.stderr)
        return 2
    return 1 if lint(folder) else 0


# Airflow loads every file of its plugins folder by its bare name, where nothing tells it otherwise.
if __name__ == "__main__" and __package__:
    sys.exit(main())
