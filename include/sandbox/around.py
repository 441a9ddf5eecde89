"""What `make up` puts beside the sandbox: an Airflow, and a folder of space files of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SAMPLES = Path(__file__).with_name("spaces")


@dataclass
class Around:
    """What stands beside the sandbox; alone it has none of it."""

    airflow_url: str = ""
    runs: Mapping[str, str] = field(default_factory=dict)
    """Slug -> the run that was started for it."""
    space_files: Path = SAMPLES
    """The folder of space files; the page reads them to say why an invoice waits."""
    may_write: bool = False
    """Whether space files may be made and changed there."""
    connect: Callable[[str, str, str], None] | None = None
    """Gives Airflow the connections of a space: its slug, its tokens of Cobot and of sevDesk."""
