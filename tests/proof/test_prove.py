"""The proof against the simulated services: it says what each switch is, and leaves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from cobot_sevdesk.errors import CobotSevdeskError, Request
from cobot_sevdesk.proof.assumptions import ASSUMPTIONS, Finding
from cobot_sevdesk.proof.prove import Proof, check_by_reading, prove
from cobot_sevdesk.proof.recording import Listener
from cobot_sevdesk.proof.trial import Trial
from sandbox.cobot_space import line
from support.proofs import a_trial as make_trial
from support.proofs import a_world, state_of
from support.spaces import SpaceFiles

Spaces = Callable[..., SpaceFiles]
Json = dict[str, Any]

NEVER_TRIED = {one.id for one in ASSUMPTIONS if one.way == "none"}


def a_trial(space: SpaceFiles, **how: Any) -> Trial:
    """A proof of this space with its first member."""
    first = {"member_id": next(iter(space.cobot.members), None)}
    return make_trial(space.slug, space.folder, **{**first, **how})


def verdicts(proof: Proof) -> dict[str, Finding]:
    """The findings by id."""
    return {finding.id: finding for finding in proof.findings}


def test_everything_is_as_assumed_and_nothing_stays(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    proof = prove(a_trial(space, pause=2))
    wrong = {f.id: f.told() for f in proof.findings if f.verdict == "otherwise"}
    assert wrong == {}
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
    switches = {name: value, **more}
    return pytest.param(switches, id_, verdict, observed, id=f"{id_}-{name}={value}")


POSITIONS = (
    position("B-01", "latency_seconds", 0.02, "proven"),
    position("B-02", "key_order", "reversed", "not tried"),
    position("B-02", "key_order", "shuffled", "not tried"),
    position("B-03", "null_entries", 1, "otherwise", "1 in"),
    position("C-01", "invoice_order", "oldest", "otherwise", "oldest first"),
    position("C-02", "invoice_dates", "exclusive", "otherwise", "exclusive"),
    position("C-02", "invoice_dates", "ignored", "otherwise", "other dates are listed too"),
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
    position("C-15", "doubled_invoice_numbers", True, "otherwise", "1 doubled of 1"),
    position("C-20", "member_update_method", "PATCH", "otherwise", "PATCH"),
    position("C-20", "member_update_does_nothing", True, "otherwise", "nothing changes"),
    position("C-21", "member_update_does_nothing", True, "not tried"),
    position("C-23", "member_update_does_nothing", True, "not tried"),
    position("C-21", "member_update_wipes", True, "otherwise", "address, email, phone"),
    position("C-22", "member_update_answer", "nothing", "otherwise", "nothing"),
    position("C-23", "unique_customer_numbers", True, "otherwise", "HTTP 422"),
    position("C-24", "customer_number_form", "digits", "otherwise", "HTTP 422"),
    position("C-25", "customer_number_on_invoice", "follows", "otherwise", "follows"),
    position("S-01", "list_order", "descending", "otherwise", "descending"),
    position("S-01", "list_order", "shuffled", "otherwise", "no order"),
    position("S-01", "list_order", "name", "otherwise", "no order"),
    position("S-01", "list_order", "date", "otherwise", "no order"),
    position("S-01", "list_order", "changed", "otherwise", "no order", pause=2),
    position("S-02", "sevdesk_page_cap", 2, "otherwise", "/StaticCountry: 2 objects"),
    position("S-02", "sevdesk_page_cap", 100, "otherwise", "/StaticCountry: 100 objects"),
    position("S-02", "sevdesk_page_cap", 500, "otherwise", "/VoucherPos: 500 objects"),
    position("S-02", "count_of_page", True, "otherwise", "100 objects", sevdesk_page_cap=100),
    position("S-02", "limit_above_cap", "refused", "otherwise", "refused", sevdesk_page_cap=2),
    position("S-03", "count_all", False, "otherwise", "none for"),
    position("S-03", "count_of_page", True, "otherwise", "wrong for", sevdesk_page_cap=2),
    position("S-11", "sevdesk_bad_token_status", 403, "otherwise", "HTTP 403"),
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
    position("S-20", "lists_flap", True, "otherwise", "after", list_lag_seconds=0.6),
    position("S-25", "list_lag_seconds", 0.6, "proven", "after 0."),
    position("S-25", "list_lag_seconds", 2, "otherwise", "after 2."),
    position("S-25", "list_lag_seconds", 99, "otherwise", "not within"),
    position("S-23", "list_lag_seconds", 99, "not tried"),
    position("S-24", "list_lag_seconds", 99, "not tried"),
    position("S-46", "list_lag_seconds", 99, "not tried"),
    position("S-21", "changes_lag", True, "otherwise", "after", list_lag_seconds=0.6),
    position("S-22", "reads_lag", True, "otherwise", "not at once", list_lag_seconds=0.6),
    position("S-23", "update_filter", "ignored", "otherwise", "ignored"),
    position("S-23", "update_filter", "empty", "otherwise", "nothing is listed"),
    position("S-23", "update_filter", "made", "otherwise", "taken for createAfter"),
    position("S-24", "date_filter", "ignored", "otherwise", "others listed too"),
    position("S-24", "date_filter", "ignored", "otherwise", "listed too", sevdesk_page_cap=2),
    position("S-24", "date_filter", "exclusive", "otherwise", "that day missing"),
    position("S-24", "date_filter", "a_day_off", "otherwise", "others listed too"),
    position("S-30", "contacts_are_numbered", False, "otherwise", "no number"),
    position("S-31", "duplicate_customer_number", "refuse", "otherwise", "HTTP 422"),
    position("S-31", "duplicate_customer_number", "renumber", "otherwise", "another number"),
    position("S-31", "duplicate_customer_number", "move", "otherwise", "lost its number"),
    position("S-33", "tags_can_be_made", False, "not tried", "HTTP 422"),
    position("S-34", "tags_can_be_made", False, "not tried", "HTTP 422"),
    position("S-33", "tag_names_are_unique", False, "otherwise", "3 of one name"),
    position("S-34", "repeated_tag", "nothing", "otherwise", "1 ties"),
    position("S-34", "repeated_tag", "refused", "otherwise", "refused with HTTP 422"),
    position("S-35", "tag_answer_has_envelope", False, "otherwise", "bare"),
    position("S-40", "net_flag", "gross_first", "otherwise", "the gross sum counts"),
    position("S-40", "net_flag", "net_first", "otherwise", "read as net"),
    position("S-40", "net_flag", "net_where_sent", "otherwise", "the net sum counts"),
    *(
        position("S-41", "saves_otherwise", what, "otherwise", told)
        for what, told in {
            "date": "date",
            "delivery_date": "delivery date",
            "due_date": "due date",
            "tax_rule": "tax rule",
            "cost_centre": "cost centre",
            "contact": "contact",
            "status": "status",
            "account": "positions",
            "rate": "positions",
            "sum": "gross",
            "description": "description",
            "currency": "currency",
            "side": "revenue or expense",
        }.items()
    ),
    position(
        "S-41",
        "says_what_was_sent",
        True,
        "otherwise",
        "stored is otherwise: date",
        saves_otherwise="date",
    ),
    position("S-42", "negative_vouchers", "drafts_only", "otherwise", "open: refused with HTTP"),
    position("S-42", "negative_vouchers", "refused", "otherwise", "draft: refused with HTTP 422"),
    position("S-43", "drafts_can_be_deleted", False, "otherwise", "not deleted"),
    position("S-43", "deleting_hides_only", True, "otherwise", "still there"),
    position("S-44", "vouchers_can_be_changed", False, "not tried", "HTTP 422"),
    position("S-48", "vouchers_can_be_changed", False, "not tried", "HTTP 422"),
    position("S-48", "zero_vouchers", False, "otherwise", "HTTP 422"),
    position("S-47", "attaching_resets", True, "otherwise", "status"),
    position("S-44", "unknown_file", "ignore", "otherwise", "ignored"),
    position("S-45", "unreadable_file", "save", "otherwise", "saveVoucher: HTTP 500"),
    position("S-45", "unreadable_file", "accepted", "otherwise", "accepted"),
    position("S-46", "documents_shown", "singly", "otherwise", "singly"),
    position("S-46", "documents_shown", "nowhere", "otherwise", "nowhere"),
)
STAYS = ("drafts_can_be_deleted", "deleting_hides_only")
"""The switches that keep a proof from removing what it made."""


@pytest.mark.parametrize(("switches", "id_", "verdict", "observed"), POSITIONS)
def test_the_proof_says_what_the_switch_is(
    spaces: Spaces, switches: Json, id_: str, verdict: str, observed: str
) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    pause = switches.pop("pause", 2 if "update_filter" in switches else 0)
    for name, value in switches.items():
        setattr(space.box.world.switches, name, value)
    proof = prove(a_trial(space, pause=pause))
    found = verdicts(proof)[id_]
    assert (found.verdict, observed in found.told()) == (verdict, True), found
    assert found.told("de")
    if not set(STAYS) & set(switches):
        assert proof.left == ()
        assert state_of(space) == before


def test_every_switch_is_tried_in_every_position() -> None:
    from sandbox.switches import Switches

    tried = {name for one in POSITIONS for name in one.values[0]} - {"pause"}
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


OFTEN = [
    pytest.param(False, id="writes"),
    pytest.param(True, id="every-request", marks=pytest.mark.exhaustive),
]


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("every", OFTEN)
def test_killed_at_any_request_nothing_stays_after_the_next_proof(
    spaces: Spaces,
    every: bool,  # noqa: FBT001
) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    counting = Killing(10**9, only_writes=not every)
    prove(a_trial(space, listener=counting))
    assert len(counting.methods) > 30
    # Among all requests, each write is met anyway.
    for number in range(1, len(counting.methods) + 1, 1 if every else 3):
        kill_and_prove_again(space, number, before, every=every)


@pytest.mark.timeout(600)
def test_killed_while_cobot_wipes_fields_the_next_proof_gives_them_back(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.member_update_wipes = True
    before = state_of(space)
    counting = Killing(10**9, only_writes=True)
    prove(a_trial(space, listener=counting))
    for number, method in enumerate(counting.methods, start=1):
        if method == "PUT":
            kill_and_prove_again(space, number, before)


def kill_and_prove_again(
    space: SpaceFiles, number: int, before: Json, *, every: bool = False
) -> None:
    """A proof that dies after so many writes, or requests; then one that touches no member."""
    with pytest.raises(Killed):
        prove(a_trial(space, listener=Killing(number, only_writes=not every)))
    again = a_trial(space, member_id=None)
    again = replace(again, account=replace(again.account, settle_pauses=(0,)))
    assert prove(again).left == (), number
    assert state_of(space) == before, number


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("every", OFTEN)
@pytest.mark.parametrize("kind", ["drop_after", "status_after"])
def test_an_answer_that_is_lost_leaves_nothing_either(
    spaces: Spaces,
    kind: str,
    every: bool,  # noqa: FBT001
) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    prove(a_trial(space))
    log = space.box.world.requests
    writes = [seen.number for seen in log if seen.method != "GET"]
    for number in writes if every else writes[::4]:
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
        prove(a_trial(space, listener=Dying(on="PUT", path="/memberships")))
    (member,) = [one for one in space.cobot.members.values() if one["customer_number"] == "1002"]
    member["customer_number"] = "by hand"
    assert prove(a_trial(space, member_id=None)).left == ()
    assert member["customer_number"] == "by hand"
    assert len(space.contacts) == 1


class Dying(Listener):
    """Dies after the first request of one method to one kind of path."""

    def __init__(self, *, on: str, path: str) -> None:
        super().__init__()
        self._on, self._path, self._is_dead = on, path, False

    def __call__(self, request: Request, status: int, body: bytes) -> None:
        """Die when it is time, and stay dead."""
        super().__call__(request, status, body)
        self._is_dead |= request.method == self._on and request.path.startswith(self._path)
        if self._is_dead:
            raise Killed


def test_what_cannot_be_removed_is_listed_and_nothing_more_is_made(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.drafts_can_be_deleted = False
    first = prove(a_trial(space))
    assert [one.word for one in first.left] == ["left_in_sevdesk"] * 3
    again = prove(a_trial(space))
    assert {one.in_words("en") for one in again.left} == {one.in_words("en") for one in first.left}
    assert again.why_not
    assert again.why_not.word == "left_before"
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
    assert (found.verdict, found.told()) == ("otherwise", "redirected to another host")
    assert found.needs_a_person


def test_numbers_are_left_alone_where_the_space_file_says_so(spaces: Spaces) -> None:
    space = spaces(cobot={"subdomain": "elbe-hub", "write_numbers": False})
    a_world(space)
    found = verdicts(prove(a_trial(space)))
    assert {found[id_].verdict for id_ in ("C-20", "C-21", "C-23", "C-24")} == {"not tried"}
    assert not any("/memberships" in write for write in space.writes())


def test_without_a_named_member_none_is_touched_and_it_is_said_what_to_give(
    spaces: Spaces,
) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    found = verdicts(prove(a_trial(space, member_id=None)))
    for id_ in ("C-20", "C-21", "C-22", "C-23", "C-24", "C-25"):
        assert found[id_].verdict == "not tried"
        assert "prove_member" in found[id_].told()
    assert not any("/memberships" in write for write in space.writes())
    assert state_of(space) == before


def test_a_member_that_is_not_there_is_said(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    found = verdicts(prove(a_trial(space, member_id="nobody")))["C-20"]
    assert (found.verdict, "no member with the id" in found.told()) == ("not tried", True)


def test_a_member_that_the_list_leaves_out_can_be_named(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.lists_ended_members = False
    assert verdicts(prove(a_trial(space)))["C-20"].verdict == "proven"


def test_fields_that_only_this_space_has_are_given_back(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    (ada, *_) = space.cobot.members.values()
    ada["locker"] = "17"
    before = state_of(space)
    space.box.world.switches.member_update_wipes = True
    proof = prove(a_trial(space))
    assert "locker" in verdicts(proof)["C-21"].told()
    assert proof.left == ()
    assert state_of(space) == before


def test_what_an_update_loses_for_good_is_named(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    (ada, *_) = space.cobot.members.values()
    ada["plan"] = {"name": "Flex"}

    def lose() -> None:
        ada["plan"] = None

    space.box.world.faults.add("meanwhile", method="PUT", path="/memberships/", do=lose)
    proof = prove(a_trial(space))
    (left,) = proof.left
    assert "lost for good: plan" in left.in_words("en")


def test_a_refused_update_proves_no_method(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    faults = space.box.world.faults
    faults.add("status_before", method="PUT", path="/memberships/", status=422, times=9)
    found = verdicts(prove(a_trial(space)))["C-20"]
    assert (found.verdict, "HTTP 422" in found.told()) == ("not tried", True)


def test_a_number_that_cobot_writes_otherwise_is_given_back(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    before = state_of(space)
    (ada, *_) = space.cobot.members.values()

    def pad() -> None:
        ada["customer_number"] = ada["customer_number"].zfill(8)

    space.box.world.faults.add("meanwhile", method="PUT", path="/memberships/", do=pad)
    proof = prove(a_trial(space))
    assert verdicts(proof)["C-20"].verdict == "otherwise"
    assert proof.left == ()
    assert state_of(space) == before


def test_a_member_who_will_end_has_not_ended(spaces: Spaces) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", number="71")
    space.cobot.cancel(ada, "2026-12-31")
    assert verdicts(check_by_reading(a_trial(space)))["C-10"].verdict == "not tried"


def test_a_service_that_does_not_answer_is_no_proof_of_speed(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.faults.add("drop_before", path="/ReceiptGuidance", times=9)
    found = verdicts(check_by_reading(a_trial(space)))["B-01"]
    assert (found.verdict, "no answer" in found.told()) == ("otherwise", True)


def test_the_page_length_of_cobot_is_seen_by_older_invoices(spaces: Spaces) -> None:
    space = spaces()
    ada = space.cobot.sign_up("Ada Beispiel", confirmed="2024-01-02", number="71")
    for _ in range(201):
        space.cobot.add_invoice("2025-03-05", [line("10.00")], debtor=("memberships", ada))
    space.cobot.add_invoice("2026-01-05", [line("10.00")], debtor=("memberships", ada))
    assert verdicts(check_by_reading(a_trial(space)))["C-05"].verdict == "proven"


def test_a_proof_tells_how_long_lists_lag(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.list_lag_seconds = 2
    lag = prove(a_trial(space)).lag
    assert lag
    assert 2 <= lag < 4
    space.box.world.switches.list_lag_seconds = 99
    assert prove(a_trial(space)).lag is None


def test_what_sevdesk_only_hides_does_not_keep_the_next_proof_from_trying(spaces: Spaces) -> None:
    space = spaces()
    a_world(space)
    space.box.world.switches.deleting_hides_only = True
    for _ in range(2):
        proof = prove(a_trial(space))
        assert (proof.left, proof.why_not) == ((), None)
    assert {voucher["status"] for voucher in space.sevdesk.tables["Voucher"].values()} == {"0"}


def test_what_one_answer_shows_and_the_next_does_not_is_not_there_yet(spaces: Spaces) -> None:
    answers = iter([True, False, True, True, True])
    lag = a_trial(spaces()).wait_for(lambda: next(answers))
    assert lag
    assert list(answers) == []
