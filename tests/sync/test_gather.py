"""What is read of both sides: all that decides, and no request more."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cobot_sevdesk.domain.contact import Contact
from cobot_sevdesk.domain.identity import marker, membership_key
from cobot_sevdesk.domain.invoice import Debtor, Invoice, UnreadableInvoice
from cobot_sevdesk.domain.plan import MembersApplied
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import CredentialsError, Request
from cobot_sevdesk.sync import runs
from cobot_sevdesk.sync.gather import Parts, find_gone, gather, read_invoices
from cobot_sevdesk.sync.gather_members import read_members
from support.builders import a_booked_voucher, a_member
from sync.world import JANUARY, NOTHING_KNOWN, World

FEBRUARY = Window(date(2026, 2, 1), date(2026, 3, 1))
NO_DAYS = Window(date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("window", "booked", "lists"),
    [
        (JANUARY, True, [JANUARY]),
        (JANUARY, False, [JANUARY, None]),
        (NO_DAYS, True, [None]),
        (None, True, [None]),
    ],
)
def test_all_vouchers_are_read_only_where_the_window_leaves_an_invoice_open(
    window: Window | None, lists: list[Window | None], *, booked: bool
) -> None:
    world = World()
    invoice = world.add_invoice(1)
    if booked:
        world.put_half_done(invoice, "Import")
    other = world.put_half_done(replace(invoice, id="inv-2", number="x", date=date(2026, 3, 1)))
    books = gather(world.account, [invoice], window)
    assert world.sevdesk.vouchers.days == lists
    assert (other in books.vouchers) is (None in lists)


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2025, 12, 1)])
def test_a_correction_knows_number_and_date_of_what_it_corrects(day: date) -> None:
    world = World()
    original = world.add_invoice(1, date=day)
    world.add_invoice(2, corrects=original.id)
    correction = read_invoices(world.account, JANUARY)[-1]
    assert isinstance(correction, Invoice)
    assert (correction.corrects_number, correction.corrects_date) == ("CW-2026-1", day)
    # What the list showed is not asked for again.
    assert world.wire.count("get invoice") == (0 if day in JANUARY else 1)


def test_a_correction_of_what_cannot_be_read_knows_its_number() -> None:
    world = World()
    world.cobot.invoices.append(UnreadableInvoice("inv-1", "CW-2026-1", "total", "an amount"))
    world.add_invoice(2, corrects="inv-1")
    correction = read_invoices(world.account, JANUARY)[-1]
    assert isinstance(correction, Invoice)
    assert (correction.corrects_number, correction.corrects_date) == ("CW-2026-1", None)


@pytest.mark.parametrize(
    ("status", "denies_everything", "is_raised"),
    [(403, False, False), (403, True, True), (401, False, True)],
)
def test_a_corrected_invoice_of_another_space_stops_nothing_but_a_bad_token_does(
    status: int, *, denies_everything: bool, is_raised: bool
) -> None:
    world = World()
    correction = world.add_invoice(2, corrects="inv-9")
    denied = CredentialsError(Request("Cobot", "GET", "/x"), status=status)
    denied.denies_everything = denies_everything
    world.wire.fail("get invoice", denied)
    if is_raised:
        with pytest.raises(CredentialsError):
            read_invoices(world.account, JANUARY)
    else:
        assert read_invoices(world.account, JANUARY) == [correction]


@pytest.mark.parametrize(
    ("shared", "owner", "told"),
    [(False, "", True), (True, "mem-1", True), (True, "mem-9", False), (True, "", False)],
)
def test_in_a_shared_account_only_vouchers_of_own_members_are_told_as_gone(
    owner: str, *, shared: bool, told: bool
) -> None:
    world = World(neighbours=lambda: [None] * shared)
    world.add_member(1)
    for number in (1, 9):
        key = membership_key(f"mem-{number}")
        contact = Contact(f"80{number}", None, "x", None, None, marker(key))
        world.sevdesk.contacts.put(contact)
    invoice = world.add_invoice(1)
    contact_id = f"80{owner[-1]}" if owner else None
    world.put_half_done(invoice, "Import", contact_id=contact_id)
    books = gather(world.account, [], JANUARY)
    assert [one.id for one in find_gone(world.account, [], books, JANUARY)] == ["900"] * told


def test_what_is_booked_is_compared_with_nothing_else_that_carries_its_number() -> None:
    world = World()
    invoice = world.add_invoice(1)
    world.put_half_done(invoice, "Import")
    world.sevdesk.vouchers.put(a_booked_voucher(invoice, id="7", description=invoice.number))
    gather(world.account, [invoice], JANUARY)
    assert world.wire.calls == ["list vouchers", "list tags"]


@pytest.mark.parametrize(
    ("tags", "setup", "asked"), [((), True, 1), ((), False, 0), (("Import",), True, 0)]
)
def test_positions_are_read_of_what_is_to_be_finished_only(
    tags: tuple[str, ...], asked: int, *, setup: bool
) -> None:
    world = World()
    invoice = world.add_invoice(1)
    id_ = world.put_half_done(invoice, *tags)
    books = gather(world.account, [invoice], parts=Parts(setup=setup))
    assert list(books.positions) == [id_] * asked
    assert world.wire.count("positions") == asked


@pytest.mark.parametrize(("name", "asked"), [("Firma", 1), ("Ada Beispiel", 0)])
def test_an_email_stands_in_for_the_name_of_a_contact_with_the_number(
    name: str, asked: int
) -> None:
    world = World()
    world.sevdesk.contacts.put(Contact("600", "17", name), EMAIL="ada@example.com")
    world.add_invoice(
        customer_number="17", emails=("Ada@example.com",), debtor=Debtor("memberships", "mem-9")
    )
    world.push()
    (voucher,) = world.sevdesk.vouchers.there.values()
    assert voucher.contact_id == "600"
    assert world.wire.count("list ways") == asked


@pytest.mark.parametrize("email", ["ada@example.com", "other@example.com"])
def test_an_email_stands_in_for_the_name_of_whom_a_voucher_by_hand_is_for(email: str) -> None:
    world = World()
    world.sevdesk.contacts.put(Contact("600", "1", "Firma"), EMAIL=email)
    invoice = world.add_invoice(emails=("ada@example.com",))
    by_hand = a_booked_voucher(invoice, description=invoice.number, contact_id="600")
    world.sevdesk.vouchers.put(by_hand)
    (row,) = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN).rows
    assert row.state == ("by_hand" if email in invoice.emails else "held")


# --- members


@pytest.mark.parametrize(
    ("wanted", "calls"),
    [
        ([1, 2, 3], ["get member"] * 3),
        ([1, 2, 3, 4], ["list members"]),
        # Whom the list leaves out among many is asked for; whom nobody shows among few is not.
        ([1, 2, 3, 5], ["list members", "get member"]),
        ([1, 2, 6], ["get member"] * 3 + ["list members"]),
        ([1, 2, 3, 6], ["list members", "get member"]),
    ],
)
def test_few_members_are_read_singly_and_many_from_the_list(
    wanted: list[int], calls: list[str]
) -> None:
    world = World()
    for number in range(1, 6):
        world.add_member(number)
    world.cobot.unlisted = {"mem-5"}
    found = read_members(world.account, [f"mem-{number}" for number in wanted])
    assert sorted(str(one.id) for one in found) == [f"mem-{one}" for one in wanted if one != 6]
    assert world.wire.calls == calls


def test_who_is_only_in_the_list_is_found_beside_who_is_not() -> None:
    world = World()
    world.add_member(1)
    world.add_member(2)
    world.cobot.unlisted = {"mem-1"}
    find = world.cobot.find_member

    def find_first(id_: str) -> Any:
        return find(id_) if id_ == "mem-1" else None

    world.cobot.find_member = find_first  # type: ignore[assignment]
    found = read_members(world.account, ["mem-1", "mem-2"])
    assert [one.id for one in found] == ["mem-1", "mem-2"]


@pytest.mark.parametrize("wanted", [True, False])
def test_what_is_no_member_is_looked_for_as_a_team_where_teams_get_contacts(
    *, wanted: bool
) -> None:
    world = World(rules={"contacts_for_teams": wanted})
    world.add_member(1)
    world.cobot.teams["team-1"] = a_member(id="team-1", is_team=True)
    found = read_members(world.account, ["mem-1", "team-1"])
    assert [one.id for one in found] == ["mem-1", *["team-1"] * wanted]
    assert world.wire.count("get team") == wanted


def test_a_debtor_whom_the_list_leaves_out_is_found_by_the_invoices_of_the_days() -> None:
    world = World()
    world.add_pair(1)
    world.cobot.unlisted = {"mem-1"}
    assert runs.find_members(world.account, FEBRUARY, JANUARY).members == ("mem-1",)


def test_a_team_that_owes_an_invoice_gets_its_contact_before_the_voucher() -> None:
    world = World(rules={"contacts_for_teams": True})
    world.cobot.teams["team-1"] = a_member(id="team-1", is_team=True, confirmed_at=None)
    world.add_invoice(debtor=Debtor("teams", "team-1"))
    pushed = world.push()
    assert pushed.members.created == ("team-1",)
    assert [row.mismatch for row in pushed.applied.rows] == [False]


def test_a_debtor_whose_invoices_all_stand_gets_no_contact() -> None:
    world = World()
    _, invoice = world.add_pair(1)
    found = runs.find_invoices(world.account, JANUARY, NOTHING_KNOWN)
    world.put_half_done(invoice, "Import")
    pushed = runs.push(world.account, found.unfinished, MembersApplied(), dry_run=False)
    assert pushed.members == MembersApplied()
    assert world.wire.count("contact") == 0
