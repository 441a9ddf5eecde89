"""Reading both sides has its places, so that a reader finds them."""

import re
from pathlib import Path

import cobot_sevdesk.sync

SYNC = Path(cobot_sevdesk.sync.__file__).parent
LISTS = re.compile(r"\.(iter_(members|invoices)|(vouchers|contacts)\.iter|get_parts|get_tags)\(")


def test_only_gathering_lists_what_both_sides_hold() -> None:
    """A writer may look whether the lists show what it wrote."""
    listing = {path.stem for path in SYNC.glob("*.py") if LISTS.search(path.read_text())}
    assert listing == {"gather", "gather_members", "listed"}
