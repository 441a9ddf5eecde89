"""`make new-space`: a space file to fill in, checked at once."""

import sys
from datetime import UTC, datetime

from cobot_sevdesk.config import configs_folder, load_space_config
from cobot_sevdesk.errors import ConfigError

FILE = """\
# yaml-language-server: $schema=../../docs/space-config.schema.json
# All keys: docs/space-files.md
sync_from: {start}          # go-live: no earlier invoice is ever sent
cobot:
  subdomain: {slug}            # as in https://{slug}.cobot.me
# vouchers:
#   due_in_days: 14
#   cost_centre: "100"
# accounts:
#   FlexPlan: "4400"              # Cobot accounting code -> sevDesk account
# tax:
#   zero_rate:                    # ask the tax adviser
#     third_country: 17
"""


def main(slug: str, start: str) -> int:
    """Write the file and say what comes next; returns the exit status."""
    if not slug:
        print("make new-space SLUG=my-space [FROM=2026-12-01]", file=sys.stderr)
        return 2
    path = configs_folder() / f"{slug}.yaml"
    if path.exists():
        print(f"{path.name} is there already", file=sys.stderr)
        return 1
    today = datetime.now(UTC).date().isoformat()
    path.write_text(FILE.format(slug=slug, start=start or today), "utf-8")
    try:
        config = load_space_config(slug)
    except ConfigError as error:
        path.unlink()
        print(error, file=sys.stderr)
        return 1
    print(
        f"{path.name} made: DAG {config.dag_id}\n"
        f"Connections to add: {config.cobot_connection}, {config.sevdesk_connection}\n"
        "Then trigger cobot_sevdesk_preflight."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
