"""The proof against the simulated services: it says what each switch is, and leaves nothing."""

import os
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.domain.assumptions import ASSUMPTIONS, Finding
from cobot_sevdesk.errors import CobotSevdeskError, Request
from cobot_sevdesk.sync.proof import Proof, check_by_reading, prove
from cobot_sevdesk.sync.proof_trial import Listener, Trial
from sandbox.cobot_space import line
from support.spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]
Json = dict[str, Any]

NEVER_TRIED = {one.id for one in ASSUMPTIONS if one.way == "none"}
EVERY_REQUEST = bool(os.environ.get("EXHAUSTIVE"))


def a_world(space: SpaceFiles) -> None:
    """Two members, one of whom has ended; invoices on different days; a contact by hand."""
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="71", phone="0431")
    bert = space.cobot.sign_up("Bert Muster", confirmed="2026-01-03", number="72")
    space.cobot.cancel(ada, "2026-01-31")
    for day, member in (("2026-01-05", ada), ("2026-01-07", ada), ("2026-01-06", bert)):
        space.cobot.add_invoice(day, [line("10.00")], debtor=("memberships", member))
    space.sevdesk.create_contact({"category": {"id": 3, "objectName": "Category"}, "name": "Alt"})


def a_trial(space: SpaceFiles, **how: Any) -> Trial:
    """A proof that waits for nothing longer than a test should."""
    config = load_space_config(space.slug, space.folder)
    account = open_account(config, space.folder, today=date(2026, 2, 3))
    return Trial(account, **{"longest_lag": 4, "pause": 0, **how})


def verdicts(proof: Proof) -> dict[str, Finding]:
    """The findings by id."""
    return {finding.id: finding for finding in proof.findings}


def state_of(space: SpaceFiles) -> Json:
    """All that both sides hold."""
    tables = space.sevdesk.tables
    kinds = ("Contact", "Voucher", "VoucherPos", "Tag", "TagRelation", "ContactAddress")
    return deepcopy({"members": space.cobot.members, **{kind: tables[kind] for kind in kinds}})


def test_everything_is_as_assumed_and_nothing_stays(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    proof = prove(a_trial(space, pause=2))
    assert {f.id for f in proof.findings if f.verdict == "otherwise"} == set()
    # The list of invoices has one page only.
    not_tried = {f.id for f in proof.findings if f.verdict == "not tried"}
    assert not_tried == NEVER_TRIED | {"C-05"}
    assert proof.left == ()
    assert state_of(space) == before


def test_reading_writes_nothing(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    proof = check_by_reading(a_trial(space))
    assert space.writes() == []
    of_reading = {one.id for one in ASSUMPTIONS if one.way == "reading"}
    assert {f.id for f in proof.findings if f.verdict == "proven"} == of_reading - {"C-05"}


def position(id_: str, name: str, value: Any, verdict: str, observed: str = "", **more: Any) -> Any:
    """One switch in one position, and what the proof has to say about it."""
    return pytest.param({name: value, **more}, id_, verdict, observed, id=f"{name}={value}")


POSITIONS = (
    position("B-01", "latency_seconds", 0.02, "proven"),
    position("B-02", "key_order", "reversed", "not tried"),
    position("B-02", "key_order", "shuffled", "not tried"),
    position("B-03", "null_entries", 1, "otherwise"),
    position("C-01", "invoice_order", "oldest", "otherwise", "oldest first"),
    position("C-02", "invoice_dates", "exclusive", "otherwise", "exclusive"),
    position("C-03", "invoices_without_id", 1, "otherwise", "1 of 3"),
    position("C-04", "links", "relative", "otherwise", "relative"),
    position("C-04", "links", "absent", "otherwise", "none"),
    position("C-05", "cobot_page_cap", 2, "otherwise", "2 entries"),
    position("C-06", "bad_token_status", 403, "otherwise", "HTTP 403"),
    position("C-08", "user_is_readable", False, "otherwise"),
    position("C-09", "subdomain_knows_space", False, "otherwise", "HTTP 404"),
    position("C-10", "lists_ended_members", False, "otherwise"),
    position("C-11", "debtor_relation", "deprecated", "otherwise", "the older name"),
    position("C-11", "debtor_relation", "debitor", "proven", "debitor"),
    position("C-12", "rate_limits", True, "not tried"),
    position("C-13", "smallest_pdf", 50_000, "proven", "48 KB"),
    position("C-13", "pdf_bytes_per_second", 2000, "proven"),
    position("C-14", "v1_error", "texts", "otherwise", "a list of texts"),
    position("C-14", "v1_error", "bare", "otherwise", "fields without envelope"),
    position("C-14", "v1_error", "error", "otherwise", "one text"),
    position("C-20", "member_update_method", "PATCH", "otherwise", "PATCH"),
    position("C-21", "member_update_wipes", True, "otherwise", "address, email, phone"),
    position("C-22", "member_update_answer", "nothing", "otherwise", "nothing"),
    position("C-23", "unique_customer_numbers", True, "otherwise", "HTTP 422"),
    position("C-24", "customer_number_form", "digits", "otherwise", "HTTP 422"),
    position("C-25", "customer_number_on_invoice", "follows", "otherwise", "follows"),
    position("S-01", "list_order", "descending", "otherwise", "descending"),
    position("S-01", "list_order", "shuffled", "otherwise", "no order"),
    position("S-02", "sevdesk_page_cap", 2, "otherwise", "/StaticCountry: 2 objects"),
    position("S-02", "limit_above_cap", "refused", "otherwise", "refused", sevdesk_page_cap=2),
    position("S-03", "count_all", False, "otherwise"),
    position("S-04", "embeds", False, "otherwise", "ignored"),
    position("S-05", "null_references", "null", "otherwise", "null"),
    position("S-05", "null_references", "list", "otherwise", "an empty list"),
    position("S-06", "not_found_status", 400, "otherwise", "HTTP 400"),
    position("S-07", "countries_path_exists", False, "otherwise", "HTTP 404"),
    position("S-08", "chart_entry_without_number", True, "otherwise", "1 of"),
    position("S-09", "tax_rule_21", "listed", "otherwise", "refused"),
    position("S-09", "tax_rule_21", "accepted", "otherwise", "accepted"),
    position(
        "S-20",
        "list_lag_seconds",
        0.6,
        "otherwise",
        "after 0.",
    ),
    position("S-25", "list_lag_seconds", 0.6, "proven", "after 0."),
    position("S-25", "list_lag_seconds", 2, "otherwise", "after 2."),
    position("S-25", "list_lag_seconds", 99, "otherwise", "not shown within"),
    position("S-21", "changes_lag", True, "otherwise", "after", list_lag_seconds=0.6),
    position("S-22", "reads_lag", True, "otherwise", "not at once", list_lag_seconds=0.6),
    position("S-23", "update_filter", "ignored", "otherwise", "ignored"),
    position("S-23", "update_filter", "empty", "otherwise", "nothing is listed"),
    position("S-23", "update_filter", "made", "otherwise", "taken for createAfter"),
    position("S-31", "duplicate_customer_number", "refuse", "otherwise", "HTTP 422"),
    position("S-33", "tag_names_are_unique", False, "otherwise", "3 of one name"),
    position("S-34", "repeated_tag", "nothing", "otherwise", "1 ties"),
    position("S-35", "tag_answer_has_envelope", False, "otherwise", "bare"),
    position("S-40", "net_flag", "gross_first", "otherwise", "the gross sum counts"),
    position("S-40", "net_flag", "net_first", "otherwise", "read as net"),
    *(
        position("S-41", "saves_otherwise", what, "otherwise", told)
        for what, told in {
            "date": "date",
            "delivery_date": "delivery_date",
            "due_date": "deadline",
            "tax_rule": "tax_rule",
            "cost_centre": "cost_centre",
            "contact": "contact",
            "status": "status",
            "account": "positions",
            "rate": "positions",
            "sum": "gross",
            "description": "description",
        }.items()
    ),
    position("S-42", "negative_vouchers", "drafts_only", "proven"),
    position("S-42", "negative_vouchers", "refused", "otherwise", "HTTP 422"),
    position("S-43", "drafts_can_be_deleted", False, "otherwise", "not deleted"),
    position("S-44", "unknown_file", "ignore", "otherwise", "ignored"),
    position("S-45", "unreadable_file", "save", "otherwise", "saveVoucher: HTTP 500"),
    position("S-45", "unreadable_file", "accepted", "otherwise", "accepted"),
    position("S-46", "documents_shown", "singly", "otherwise", "singly"),
    position("S-46", "documents_shown", "nowhere", "otherwise", "nowhere"),
)
STAYS = ("drafts_can_be_deleted",)
"""The switches that keep a proof from removing what it made."""


@pytest.mark.parametrize(("switches", "id_", "verdict", "observed"), POSITIONS)
def test_the_proof_says_what_the_switch_is(
    spaces: Spaces, switches: Json, id_: str, verdict: str, observed: str
) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    for name, value in switches.items():
        setattr(space.box.world.switches, name, value)
    proof = prove(a_trial(space, pause=2 if "update_filter" in switches else 0))
    found = verdicts(proof)[id_]
    assert (found.verdict, observed in found.observed) == (verdict, True), found
    if not set(STAYS) & set(switches):
        assert proof.left == ()
        assert state_of(space) == before


def test_every_switch_is_tried_in_every_position() -> None:
    from sandbox.switches import Switches

    tried = {name for one in POSITIONS for name in one.values[0]}
    tried |= {"rate_window", "custom_domain"}  # neither can be tried without harm
    assert tried == set(vars(Switches()))


class Killed(BaseException):
    """The process dies."""


class Killing(Listener):
    """Dies after an answer, and lets nothing be sent any more."""

    def __init__(self, after: int, *, only_writes: bool = False) -> None:
        super().__init__()
        self.methods: list[str] = []
        self._after, self._only_writes = after, only_writes

    def __call__(self, request: Request, status: int, body: bytes) -> None:
        """Count, and die when it is time."""
        super().__call__(request, status, body)
        if request.method != "GET" or not self._only_writes:
            self.methods.append(request.method)
        if len(self.methods) >= self._after:
            raise Killed


@pytest.mark.parametrize("wipes", [False, True])
def test_killed_at_any_request_nothing_stays_after_the_next_proof(
    spaces: Spaces,
    wipes: bool,  # noqa: FBT001
) -> None:
    space = spaces()
    a_world(space)
    switches = space.box.world.switches
    switches.member_update_wipes = wipes
    before = state_of(space)
    counting = Killing(10**9, only_writes=not EVERY_REQUEST)
    prove(a_trial(space, listener=counting))
    assert len(counting.methods) > 15
    for number, method in enumerate(counting.methods, start=1):
        if wipes and method != "PUT":
            continue
        with pytest.raises(Killed):
            prove(dying(space, number))
        again = a_trial(space)
        again = replace(again, account=replace(again.account, settle_pauses=(0,)))
        assert prove(again).left == (), number
        assert state_of(space) == before, number


def dying(space: SpaceFiles, number: int) -> Trial:
    """A proof that dies after so many requests."""
    return a_trial(space, listener=Killing(number, only_writes=not EVERY_REQUEST))


@pytest.mark.parametrize("kind", ["drop_after", "status_after"])
def test_an_answer_that_is_lost_leaves_nothing_either(spaces: Spaces, kind: str) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    prove(a_trial(space))
    log = space.box.world.requests
    writes = [seen.number for seen in log if seen.method != "GET"]
    for number in writes if EVERY_REQUEST else writes[::3]:
        log.clear()
        space.box.world.faults.add(kind, number=number)
        try:
            left = prove(a_trial(space)).left
        except CobotSevdeskError:
            left = prove(a_trial(space)).left
        space.box.world.faults.clear()
        assert left == (), number
        assert state_of(space) == before, number


def test_a_member_that_somebody_edits_meanwhile_is_left_alone(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    with pytest.raises(Killed):
        # The contact is there, the number is changed; then the process dies.
        prove(a_trial(space, listener=Dying(on="PUT")))
    (member,) = [one for one in space.cobot.members.values() if one["customer_number"] == "1002"]
    member["customer_number"] = "by hand"
    assert prove(a_trial(space, member_id="nobody")).left == ()
    assert member["customer_number"] == "by hand"
    assert len(space.contacts) == 1


class Dying(Listener):
    """Dies after the first request of one method."""

    def __init__(self, *, on: str) -> None:
        super().__init__()
        self._on, self._is_dead = on, False

    def __call__(self, request: Request, status: int, body: bytes) -> None:
        """Die when it is time, and stay dead."""
        super().__call__(request, status, body)
        self._is_dead = self._is_dead or request.method == self._on
        if self._is_dead:
            raise Killed


def test_what_cannot_be_removed_is_listed_and_nothing_more_is_made(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.drafts_can_be_deleted = False
    first = prove(a_trial(space))
    assert [one.partition("/")[0] for one in first.left] == ["sevDesk: "] * 3
    again = prove(a_trial(space))
    assert sorted(again.left) == sorted(first.left)
    assert "by hand" in again.why_not
    assert len(space.vouchers) == 2
    space.box.world.switches.drafts_can_be_deleted = True
    assert prove(a_trial(space)).left == ()
    assert space.vouchers == []


def test_a_custom_domain_is_told(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    port = space.box.cobot_url.rpartition(":")[2]
    space.box.world.switches.custom_domain = f"localhost:{port}"
    found = verdicts(prove(a_trial(space)))["C-07"]
    assert (found.verdict, found.observed) == ("otherwise", "redirected to another host")
    assert found.needs_a_person


def test_numbers_are_left_alone_where_the_space_file_says_so(spaces: Spaces) -> None:
    space = spaces(cobot={"subdomain": "elbe-hub", "write_numbers": False})
    a_world(space)
    found = verdicts(prove(a_trial(space)))
    assert {found[id_].verdict for id_ in ("C-20", "C-21", "C-23", "C-24")} == {"not tried"}
    assert "PUT" not in {write.split()[0] for write in space.writes()}
