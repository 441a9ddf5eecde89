"""`python -m tools.sample_from_recording FILE`: the answers of a recording as samples for tests.

A recording is what a proof with *Record* leaves beside its report. Of each call and status the
first answer becomes a file below `tests/clients/samples/`; a sample that exists is left alone.
"""

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cobot_sevdesk.proof.probe import Json
from cobot_sevdesk.proof.recording import harmless, harmless_path
from tools import ROOT

SAMPLES = ROOT / "tests" / "clients" / "samples"


def main(arguments: list[str], samples: Path = SAMPLES) -> int:
    """Write the samples; returns the exit status."""
    if len(arguments) != 1:
        print(__doc__)
        return 2
    recording = json.loads(Path(arguments[0]).read_text("utf-8"))
    # Once more, since somebody may have edited the file.
    clean = [
        {**one, "path": harmless_path(one["path"]), "body": harmless(one["body"])}
        for one in recording
    ]
    for name, body in sample_names(clean).items():
        path = samples / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", "utf-8")
            print(path)
    return 0


def sample_names(recording: Sequence[Json]) -> dict[str, Any]:
    """File name -> body: the first answer of each kind, as samples for tests."""
    found: dict[str, Any] = {}
    for exchange in recording:
        words = re.sub(r"[^A-Za-z0-9]+", "_", exchange["path"]).strip("_")
        name = f"{exchange['method'].lower()}_{words}_{exchange['status']}".lower()
        found.setdefault(f"{exchange['service'].lower()}/recorded_{name}.json", exchange["body"])
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
