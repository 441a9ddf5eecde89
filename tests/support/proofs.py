"""A world to prove in, and a proof that waits for nothing longer than a test should."""

import os
from copy import deepcopy
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.proof.prove import prove
from cobot_sevdesk.proof.trial import Trial
from sandbox.cobot_space import line
from support.spaces import SpaceFiles

Json = dict[str, Any]


def a_world(space: SpaceFiles) -> None:
    """Two members, one of whom has ended; invoices on different days; a contact by hand."""
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="71", phone="0431")
    bert = space.cobot.sign_up("Bert Muster", confirmed="2026-01-03", number="72")
    space.cobot.cancel(ada, "2026-01-31")
    for day, member in (("2026-01-05", ada), ("2026-01-07", ada), ("2026-01-06", bert)):
        space.cobot.add_invoice(day, [line("10.00")], debtor=("memberships", member))
    space.sevdesk.create_contact({"category": {"id": 3, "objectName": "Category"}, "name": "Alt"})


def a_trial(slug: str, folder: Path, **how: Any) -> Trial:
    """A proof of this space."""
    config = load_space_config(slug, folder)
    account = open_account(config, folder, today=date(2026, 2, 3))
    return Trial(account, **{"longest_lag": 4, "longest_read": 1, "pause": 0, **how})


def prove_when_told(
    go: Connection, slug: str, folder: Path, member_id: str, environment: dict[str, str]
) -> None:
    """What another process does: wait for a word, then prove."""
    os.environ.update(environment)
    go.recv()
    prove(a_trial(slug, folder, member_id=member_id))


def state_of(space: SpaceFiles) -> Json:
    """All that both sides hold."""
    tables = space.sevdesk.tables
    kinds = ("Contact", "Voucher", "VoucherPos", "Tag", "TagRelation", "ContactAddress")
    return deepcopy({"members": space.cobot.members, **{kind: tables[kind] for kind in kinds}})
