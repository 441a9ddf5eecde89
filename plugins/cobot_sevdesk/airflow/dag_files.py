"""How long Airflow takes to read the DAG file of all spaces, and what it allows.

The DAG processor gives up a file after `dag_file_processor_timeout` seconds. Then all its DAGs
vanish. Parsing is the small part of that time; turning DAGs into what Airflow stores is the large
one. Airflow keeps how long a file took, but tasks cannot ask for it, so they try a few DAGs.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from cobot_sevdesk.airflow.factory import build_dag
from cobot_sevdesk.airflow.failures import ToldFailure
from cobot_sevdesk.airflow.versions import is_near, seconds_for_dag_file, to_stored
from cobot_sevdesk.config import SpaceConfig, load_space_configs
from cobot_sevdesk.domain.letters import letter
from cobot_sevdesk.domain.problems import Reason, stopping

log = logging.getLogger(__name__)

TRIED = 50
"""DAGs that are tried at most."""


@dataclass(frozen=True)
class DagFileTask:
    """The task of the preflight; `parts` DAG files share the space files of the folder."""

    folder: Path
    parts: int

    def check_dag_file(self) -> dict[str, float]:
        """How many seconds Airflow takes for the DAG file, by a few DAGs; red near its limit.

        Raises:
            ToldFailure: it is more than half of what Airflow allows.
        """
        count, seconds = seconds_of_file(self.folder, self.parts)
        limit = seconds_for_dag_file()
        log.info("About %.1f of %g seconds for %d spaces", seconds, limit, count)
        if is_near(seconds, limit):
            details = {
                "spaces": str(count),
                "seconds": f"{seconds:.0f}",
                "limit": f"{limit:g}",
            }
            problem = stopping(Reason("CS-121", details))
            raise ToldFailure(problem.label("en"), [letter(problem, language="en")])
        return {"spaces": count, "seconds": round(seconds, 1), "limit": limit}


def seconds_of_file(folder: Path, parts: int) -> tuple[int, float]:
    """Spaces in one of so many parts, and about how many seconds Airflow takes for it."""
    began = perf_counter()
    spaces = [one for one in load_space_configs(folder) if isinstance(one, SpaceConfig)]
    reading = perf_counter() - began
    tried = spaces[:: max(1, len(spaces) // TRIED)]
    for space in spaces[:1]:
        to_stored(build_dag(space, folder))  # what is imported once does not count
    began = perf_counter()
    for space in tried:
        to_stored(build_dag(space, folder))
    each = (perf_counter() - began) / max(1, len(tried))
    # Every part reads all files, to see which are about one space.
    count = -(-len(spaces) // parts)
    return count, reading + each * count
