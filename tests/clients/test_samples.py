"""Every answer that the package reads, as a file of the real shape, through the clients.

The files in `samples/` are invented, but for their shape: keys, types and nulls are those of
answers that others recorded, or of the vendors' own documents. `tests/sandbox/test_shapes.py`
holds the sandbox to the same files.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import responses

from cobot_sevdesk.clients.cobot.access import find_spaces
from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.clients.transport import Transport
from cobot_sevdesk.domain.addresses import PostalAddress
from cobot_sevdesk.domain.contact import NewContact
from cobot_sevdesk.domain.invoice import Address, Debtor, Tax, UnreadableInvoice
from cobot_sevdesk.domain.member import Member, UnreadableMember
from cobot_sevdesk.domain.voucher import Position, Voucher
from cobot_sevdesk.domain.window import Window
from cobot_sevdesk.errors import (
    CredentialsError,
    NotFoundRemotelyError,
    OutcomeUnknownError,
    RemoteError,
    RemoteRejectedError,
    RemoteUnavailableError,
    SpaceNotVisibleError,
)
from sandbox.server import SandboxServer

FOLDER = Path(__file__).parent / "samples"
API1, API2 = "https://nordkap.cobot.me/api", "https://api.cobot.me"
SEVDESK = "https://my.sevdesk.de/api/v1"

SPACE = "5a1e0c0ffee05a1e0c0ffee05a1e0c01"
ADA = "a0a0a0a0b1b1b1b1c2c2c2c2d3d3d301"
TEAM = "bd7e2f10-1111-5222-8333-944445555666"
GUEST = "f00dbabef00dbabef00dbabef00dba01"
INVOICE = "e1e2e3e4e5e6e7e8e9f0f1f2f3f4f501"
CORRECTION = "e1e2e3e4e5e6e7e8e9f0f1f2f3f4f503"
MARCH = Window(date(2026, 3, 1), date(2026, 4, 1))
FIRST, DEADLINE = date(2026, 3, 1), date(2026, 3, 15)


@dataclass
class Clients:
    """Both clients of one space; nothing is waited for."""

    cobot: CobotClient
    sevdesk: SevdeskClient
    api2: Transport


@dataclass(frozen=True)
class Raises:
    """The error that an answer becomes, and what it says of the service's own words."""

    kind: type[Exception]
    says: str = ""


@dataclass(frozen=True)
class Case:
    """What to ask, and what is read out of the sample.

    An expected object is a dict of some of its attributes, so that others may be added. `beside`
    holds the samples of other requests that the call needs: path -> name.
    """

    ask: Callable[[Clients], Any]
    expected: Any
    status: int = 200
    beside: dict[str, str] = field(default_factory=dict)


def sample(name: str) -> Any:
    """The JSON of a sample."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def clients() -> Clients:
    """Clients of the real addresses, which the tests answer for."""

    def transport(url: str) -> Transport:
        return Transport(url, url, authorization="token", secret="token", sleep=lambda _: None)

    api2 = transport(API2)
    cobot = CobotClient(api2, transport(API1), subdomain="nordkap", space_id=SPACE)
    return Clients(cobot, SevdeskClient(transport(SEVDESK)), api2)


def without_space_id(both: Clients) -> CobotClient:
    """A client that has to look the space's id up."""
    api1 = Transport("Cobot", API1, authorization="t", secret="t", sleep=lambda _: None)
    return CobotClient(both.api2, api1, subdomain="nordkap")


def a_new_contact() -> NewContact:
    """A contact to be made."""
    address = PostalAddress("Lindenallee 7", "24103", "Kiel", "DE")
    return NewContact("AAAABBBB22", "Nordlicht Muster GmbH", None, None, address, None)


def a_voucher(account: str = "3650", *, currency: str = "EUR") -> Voucher:
    """A voucher to be made."""
    position = Position(account, "4400", Decimal(19), Decimal(119), "Flex Desk März")
    return Voucher(
        key="EEEEFFFF44",
        number="NK-2026-31",
        date=FIRST,
        deadline=DEADLINE,
        tax_rule=1,
        in_net=False,
        positions=(position,),
        status=100,
        recipient_name="Durchreise Beispiel",
        currency=currency,
    )


def save(both: Clients) -> Any:
    """Save a voucher."""
    return both.sevdesk.vouchers.create(a_voucher(), contact_id=None, filename=None)


def vouchers(both: Clients) -> Any:
    """Revenue vouchers of the list."""
    return list(both.sevdesk.vouchers.iter())


def positions(both: Clients) -> Any:
    """Positions of the list."""
    return list(both.sevdesk.vouchers.iter_positions())


def contacts(both: Clients) -> Any:
    """Contacts of the list."""
    return list(both.sevdesk.contacts.iter())


def a_contact(both: Clients) -> Any:
    """One contact by its id."""
    return both.sevdesk.contacts.get("7101")


def made(both: Clients) -> Any:
    """A contact that is made."""
    return both.sevdesk.contacts.create(a_new_contact())


def ways(both: Clients) -> Any:
    """The kinds of communication ways of a contact, and its e-mail addresses."""
    kinds = both.sevdesk.contacts.get_parts().ways.get("7101", frozenset())
    return set(kinds), set(both.sevdesk.contacts.get_emails("7101"))


def chart(both: Clients) -> Any:
    """Booking accounts."""
    return list(both.sevdesk.settings.get_chart().accounts)


def tags(both: Clients) -> Any:
    """The vouchers that carry our tags."""
    return both.sevdesk.vouchers.get_tags(frozenset({"Import", "Mismatch"}))


def upload(both: Clients) -> Any:
    """Upload a document."""
    return both.sevdesk.vouchers.upload_pdf(BytesIO(b"%PDF-"), "NK-2026-31.pdf")


def invoices(both: Clients) -> Any:
    """Invoices of March."""
    return list(both.cobot.iter_invoices(MARCH))


def invoice(both: Clients) -> Any:
    """One invoice by its id."""
    return both.cobot.find_invoice(INVOICE)


def members(both: Clients) -> Any:
    """All memberships."""
    return list(both.cobot.iter_members())


def member(both: Clients) -> Any:
    """One membership by its id."""
    return both.cobot.find_member(ADA)


def number_written(both: Clients) -> Any:
    """A number that is written; which fields changed with it."""
    before = Member(
        ADA,
        "Ada Muster",
        email="ada@muster.example",
        address=Address("Ada Muster", None, "Lindenallee 7\n24103 Kiel", country="Germany"),
        confirmed_at=datetime(2026, 2, 3, 9, 30, tzinfo=UTC),
    )
    return set(both.cobot.write_customer_number(before, "1044"))


ORGANISATION = {
    "id": "7101",
    "customer_number": "1044",
    "name": "Nordlicht Muster GmbH",
    "first_name": None,
    "last_name": None,
    "keys": {"AAAABBBB22"},
}
PERSON = {
    "id": "7102",
    "customer_number": "1045",
    "name": None,
    "first_name": "Frieda",
    "last_name": "von Muster",
    "keys": {"CCCCDDDD33"},
}
BOOKED = {
    "id": "8101",
    "description": "NK-2026-31 [COBOT:EEEEFFFF44]",
    "keys": {"EEEEFFFF44"},
    "date": FIRST,
    "deadline": DEADLINE,
    "gross": Decimal(119),
    "net": Decimal(100),
    "status": 100,
    "tax_rule": "1",
    "contact_id": None,
    "cost_centre_id": None,
    "has_document": False,
    "is_paid_or_locked": False,
}
WITH_CONTACT = {**BOOKED, "contact_id": "7101", "cost_centre_id": "9001", "has_document": True}
FLEX_DESK = {
    "voucher_id": "8101",
    "account_id": "5192",
    "rate": Decimal(19),
    "net": Decimal(100),
    "gross": Decimal(119),
}
LINE = {
    "description": "Flex Desk März",
    "net": Decimal(100),
    "gross": Decimal(119),
    "taxes": (Tax(Decimal(19), Decimal(19)),),
    "rate": Decimal(19),
    "code": "4400",
    "quantity": Decimal(1),
}
ADDRESS = {
    "name": "Ada Muster",
    "company": None,
    "full_address": "Lindenallee 7\n24103 Kiel",
    "street": None,
    "country": "DE",
}
ISSUED = {
    "id": INVOICE,
    "number": "NK-2026-31",
    "date": FIRST,
    "currency": "EUR",
    "net": Decimal(100),
    "gross": Decimal(119),
    "lines": [LINE],
    "recipient": ADDRESS,
    "customer_number": "104",
    "debtor": Debtor("memberships", ADA),
    "paid_status": "unpaid",
    "tax_id": None,
    "corrects": None,
}
CONFIRMED = {
    "id": ADA,
    "name": "Ada Muster",
    "email": "ada@muster.example",
    "phone": None,
    "customer_number": "104",
    "confirmed_at": datetime(2026, 2, 3, 9, 30, tzinfo=UTC),
    "address": {**ADDRESS, "country": "Germany"},
}
IN_PARTS = {
    "street": "Lindenallee 7",
    "post_code": "24103",
    "city": "Kiel",
    "state": None,
    "company": "Muster & Töchter GmbH",
    "country": "DE",
}
DONAU = {
    "id": TEAM,
    "name": "Team Donau",
    "is_team": True,
    "email": "team@donau.example",
    "tax_id": "ATU13585627",
    "customer_number": "t-77",
    "address": {"name": None, "company": "Team Donau", "city": "Wien", "country": "AT"},
}


def account(id_: str, number: str, name: str, rates: dict[int, set[int]]) -> dict[str, Any]:
    """A booking account."""
    known = {rule: {Decimal(rate) for rate in of_rule} for rule, of_rule in rates.items()}
    return {"id": id_, "number": number, "name": name, "rates": known, "for_revenue": True}


def saved(voucher: dict[str, Any]) -> dict[str, Any]:
    """What saveVoucher says: the voucher with its position."""
    return {"voucher": voucher, "positions": [FLEX_DESK]}


TURNOVER = account("5192", "4400", "Erlöse 19 % USt", {1: {19}})

OF_SEVDESK: dict[str, Case] = {
    "bookkeeping_version": Case(lambda c: c.sevdesk.settings.get_bookkeeping_version(), "2.0"),
    "bookkeeping_version_old": Case(lambda c: c.sevdesk.settings.get_bookkeeping_version(), "1.0"),
    "guidance_for_revenue": Case(
        chart,
        [
            account("2578", "1370", "Durchlaufende Posten", {16: {0}, 22: {0}}),
            account(
                "3631",
                "4200",
                "Erlöse",
                {1: {0, 7, 19}, **{rule: {0} for rule in (2, 3, 4, 5, 17)}},
            ),
            TURNOVER,
            account("6122", "4401", "Erlöse 19 % USt", {1: {19}}),
        ],
    ),
    "guidance_without_number": Case(chart, [TURNOVER]),
    "countries": Case(
        lambda c: [c.sevdesk.contacts.country_id(code) for code in ("DE", "GB", "XX")],
        ["1", "9", "1337"],
    ),
    "cost_centre_list": Case(lambda c: c.sevdesk.settings.find_cost_centres("200"), ["9002"]),
    "next_customer_number": Case(
        lambda c: c.sevdesk.contacts.assign_customer_number("7101"),
        "1046",
        beside={"/Contact/7101": "contact_update"},
    ),
    "contact_list_organisation": Case(contacts, [ORGANISATION]),
    "contact_list_person": Case(contacts, [PERSON]),
    "contact_list_parent": Case(contacts, [{**PERSON, "id": "7104"}]),
    "contact_list_by_hand": Case(
        contacts, [{"id": "7103", "name": "Von Hand KG", "keys": set(), "customer_number": "17"}]
    ),
    "contact_by_id": Case(a_contact, ORGANISATION),
    "contact_create_organisation": Case(made, ORGANISATION, 201),
    "contact_create_person": Case(made, PERSON, 201),
    "contact_not_found": Case(a_contact, Raises(NotFoundRemotelyError), 404),
    "contact_not_found_400": Case(a_contact, Raises(NotFoundRemotelyError), 400),
    "contact_address_list": Case(
        lambda c: c.sevdesk.contacts.get_parts().addresses,
        {"7101"},
        beside={"/CommunicationWay": "communication_way_list"},
    ),
    "contact_address_create": Case(
        lambda c: c.sevdesk.contacts.create_address(a_new_contact(), "7101"),
        None,
        201,
        beside={"/StaticCountry": "countries"},
    ),
    "communication_way_list": Case(
        ways,
        ({"EMAIL", "PHONE"}, {"post@nordlicht.example"}),
        beside={"/ContactAddress": "contact_address_list"},
    ),
    "communication_way_list_web_and_fax": Case(
        ways, (set(), set()), beside={"/ContactAddress": "contact_address_list"}
    ),
    "communication_way_create": Case(
        lambda c: c.sevdesk.contacts.create_way("7101", "EMAIL", "a@b.example"), None, 201
    ),
    "upload": Case(upload, "0f1e2d3c4b5a69788796a5b4c3d2e1f0.pdf", 201),
    "upload_unreadable": Case(upload, Raises(RemoteError, "nicht lesbar"), 500),
    "save_voucher_draft": Case(save, saved({**BOOKED, "status": 50}), 201),
    "save_voucher_open": Case(save, saved(WITH_CONTACT), 201),
    "save_voucher_update": Case(save, saved(WITH_CONTACT), 201),
    "save_voucher_other_date": Case(save, saved({**BOOKED, "date": date(2026, 3, 12)}), 201),
    "save_voucher_refused": Case(save, Raises(RemoteRejectedError), 422),
    "save_voucher_negative": Case(save, Raises(RemoteRejectedError), 422),
    "save_voucher_no_draft": Case(save, Raises(RemoteRejectedError), 400),
    "save_voucher_unreadable_file": Case(save, Raises(OutcomeUnknownError), 500),
    "voucher_list_by_name": Case(vouchers, [BOOKED]),
    "voucher_list_by_contact": Case(vouchers, [WITH_CONTACT]),
    "voucher_list_paid": Case(vouchers, [{"status": 1000, "is_paid_or_locked": True}]),
    "voucher_list_paid_in_part": Case(vouchers, [{"status": 750, "is_paid_or_locked": True}]),
    "voucher_list_overpaid": Case(vouchers, [{"gross": Decimal(120), "is_paid_or_locked": True}]),
    "voucher_list_expense": Case(vouchers, []),
    "voucher_list_foreign_currency": Case(
        vouchers, [{"currency": "CHF", "gross": Decimal(119), "net": Decimal(100), "tax_rule": "1"}]
    ),
    "voucher_list_old_system": Case(
        vouchers, [{"description": "Rechnung 2023/77", "tax_rule": None, "gross": Decimal(50)}]
    ),
    "voucher_list_old_system_few_fields": Case(
        vouchers, [{"contact_id": "7103", "tax_rule": None, "date": date(2022, 11, 4)}]
    ),
    "voucher_list_null_references": Case(vouchers, [BOOKED]),
    "voucher_list_empty_references": Case(vouchers, [BOOKED]),
    # It may be ours: nobody knows, so nothing is booked beside it.
    "voucher_list_null_entry": Case(vouchers, Raises(RemoteUnavailableError)),
    "voucher_list_counted": Case(vouchers, [BOOKED]),
    "voucher_by_id": Case(lambda c: c.sevdesk.vouchers.shows_document("8101"), True),
    "voucher_not_found": Case(
        lambda c: c.sevdesk.vouchers.shows_document("99"), Raises(NotFoundRemotelyError), 404
    ),
    "voucher_pos_list": Case(
        positions,
        [FLEX_DESK, {"account_id": "5186", "rate": Decimal(7), "gross": Decimal("21.40")}],
    ),
    "voucher_pos_list_old_system": Case(
        positions, [{"voucher_id": "8102", "account_id": None, "gross": Decimal(50)}]
    ),
    "voucher_pos_list_old_system_few_fields": Case(
        positions, [{"voucher_id": "8103", "account_id": None, "net": Decimal("84.03")}]
    ),
    "voucher_pos_list_foreign_currency": Case(
        positions, [{"gross": Decimal("127.33"), "net": Decimal(107)}]
    ),
    "tag_list": Case(
        tags, {"8101": {"Import", "Mismatch"}}, beside={"/TagRelation": "tag_relation_list"}
    ),
    "tag_relation_list": Case(tags, {"8101": {"Import", "Mismatch"}}, beside={"/Tag": "tag_list"}),
    "tag_relation_list_embedded": Case(tags, {"8101": {"Import"}}),
    "tag_create": Case(lambda c: c.sevdesk.vouchers.create_tag("8101", "Import"), None),
    "tag_create_bare": Case(lambda c: c.sevdesk.vouchers.create_tag("8101", "Import"), None),
    "bad_token": Case(vouchers, Raises(CredentialsError), 401),
    "limit_too_large": Case(vouchers, Raises(RemoteRejectedError), 400),
    "error_old_form": Case(save, Raises(RemoteRejectedError), 400),
    "error_in_200": Case(vouchers, Raises(RemoteUnavailableError)),
}

OF_COBOT: dict[str, Case] = {
    "user_with_spaces": Case(lambda c: find_spaces(c.api2), {"nordkap": "Nordkap Werkraum"}),
    "user_without_included": Case(lambda c: find_spaces(c.api2), {}),
    "space_v1": Case(
        lambda c: without_space_id(c).space.get(), SPACE, beside={"/user": "user_without_included"}
    ),
    "space_v1_not_found": Case(
        lambda c: without_space_id(c).space.get(),
        Raises(SpaceNotVisibleError),
        404,
        beside={"/user": "user_without_included"},
    ),
    "urls": Case(
        lambda c: c.cobot.get_page_addresses(),
        {
            "admin:invoice": "https://nordkap.cobot.example/admin/invoices/{id}",
            "admin:membership": "https://nordkap.cobot.example/admin/memberships/{id}",
        },
    ),
    "invoice_list_one_page": Case(invoices, [ISSUED]),
    "invoice_list_without_links": Case(invoices, [ISSUED]),
    "invoice_list_without_id": Case(invoices, [UnreadableInvoice]),
    "invoice_list_null_entry": Case(invoices, [ISSUED, UnreadableInvoice]),
    "invoice_debitor": Case(invoice, ISSUED),
    "invoice_debitor_and_membership": Case(invoice, ISSUED),
    "invoice_deprecated_relation": Case(invoice, ISSUED),
    "invoice_two_rates": Case(
        invoice,
        {
            "gross": Decimal("140.4"),
            "lines": [LINE, {"code": "4300", "rate": Decimal(7), "gross": Decimal("21.4")}],
            "taxes": (Tax(Decimal(19), Decimal(19)), Tax(Decimal(7), Decimal("1.4"))),
        },
    ),
    "invoice_team": Case(
        invoice,
        {
            "debtor": Debtor("teams", TEAM),
            "tax_id": "ATU13585627",
            "customer_number": "t-77",
            "gross": Decimal(50),
            "lines": [{"code": "4336", "rate": Decimal(0), "taxes": ()}],
            "recipient": {"company": "Team Donau", "post_code": "1010", "country": "AT"},
        },
    ),
    "invoice_contact": Case(invoice, {"debtor": Debtor("contacts", GUEST), "number": "NK-2026-31"}),
    "invoice_free_form": Case(invoice, {"debtor": None, "customer_number": None}),
    "invoice_correction": Case(
        lambda c: c.cobot.find_invoice(CORRECTION),
        {"corrects": INVOICE, "gross": Decimal(-119), "lines": [{"net": Decimal(-100)}]},
    ),
    "invoice_every_field": Case(
        invoice,
        {
            "paid_status": "paid",
            "emails": ("rechnung@muster.example",),
            "lines": [{"quantity": Decimal(2), "gross": Decimal(119)}],
            "recipient": {**IN_PARTS, "state": "Schleswig-Holstein"},
        },
    ),
    "invoice_few_fields": Case(
        invoice,
        {"date": FIRST, "debtor": Debtor("contacts", GUEST), "recipient": {"country": None}},
    ),
    "invoice_not_found": Case(invoice, None, 404, beside={"/invoices": "invoice_list_one_page"}),
    "space_not_found": Case(invoices, Raises(SpaceNotVisibleError), 404),
    "error_with_pointer": Case(invoices, Raises(RemoteRejectedError), 422),
    "bad_token": Case(invoices, Raises(CredentialsError), 403),
    "scope_missing": Case(invoices, Raises(CredentialsError), 403),
    "rate_limit": Case(invoices, Raises(RemoteUnavailableError), 429),
    "team": Case(lambda c: c.cobot.find_team(TEAM), DONAU),
    "membership_list": Case(
        members,
        [
            CONFIRMED,
            {"name": "Noch Nicht", "confirmed_at": None},
            {
                "name": "Bert Ausgetreten",
                "email": None,
                "phone": "0431 5550",
                "address": {"street": "Lindenallee 7", "country": "DE"},
            },
        ],
    ),
    "membership_null_entry": Case(members, [CONFIRMED, UnreadableMember]),
    "membership": Case(member, CONFIRMED),
    "membership_structured_address": Case(member, {**CONFIRMED, "address": IN_PARTS}),
    "membership_of_the_documents": Case(member, CONFIRMED),
    "membership_few_fields": Case(member, {**CONFIRMED, "address": IN_PARTS}),
    "membership_wiped": Case(
        number_written, {"email", "address.name", "address.full_address", "address.country"}
    ),
    "membership_update": Case(number_written, set()),
    "membership_not_found": Case(member, None, 404, beside={"/memberships": "membership_list"}),
    "error_v1_texts": Case(members, Raises(RemoteRejectedError), 422),
    "error_v1_bare": Case(members, Raises(RemoteRejectedError), 422),
    "error_v1_one": Case(members, Raises(RemoteRejectedError), 422),
    "accounting_codes": Case(
        lambda c: c.cobot.find_accounting_codes(),
        [{"name": "4400", "rate": None}, {"name": "Raum", "rate": Decimal(19)}],
    ),
    "activity_create": Case(
        lambda c: c.cobot.post_activity("Text", level="WARN", source_ids=[ADA]), None, 201
    ),
}
CASES = {
    **{f"sevdesk/{name}": case for name, case in OF_SEVDESK.items()},
    **{f"cobot/{name}": case for name, case in OF_COBOT.items()},
}

NOT_READ = frozenset(
    f"{service}/{name}"
    for service, names in {
        "cobot": "space team_list contact contact_list cost_centers membership_api2 "
        "membership_api2_list activity_list filters_missing invoice_list_first_page "
        "invoice_list_last_page",
        "sevdesk": "guidance_for_all_accounts guidance_for_expense guidance_for_tax_rule "
        "guidance_for_account_number guidance_unknown_account cost_centre_create contact_update "
        "contact_in_use contact_delete voucher_reset_to_draft voucher_reset_to_open voucher_delete "
        "voucher_delete_no_draft voucher_enshrine voucher_download tag_by_id tag_update tag_delete",
    }.items()
    for name in names.split()
)
"""Answers that only the sandbox is held to, and those that a test of its own reads."""


@pytest.fixture
def http() -> Any:
    """Nothing but the sample answers."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        yield mocked


def answer(http: responses.RequestsMock, name: str, status: int, path: str = "") -> None:
    """Let requests for a path, or all others, be answered with a sample.

    A list of sevDesk has nothing behind its first page.
    """
    body = sample(name)

    def page(request: Any) -> tuple[int, dict[str, str], str]:
        is_behind = request.params.get("offset", "0") != "0"
        shown = {**body, "objects": []} if is_behind else body
        return status, {}, json.dumps(shown)

    url = re.compile(rf".*{re.escape(path)}(\?.*)?$" if path else ".*")
    for method in ("GET", "POST", "PUT"):
        http.add_callback(method, url, page)


def assert_reads(found: Any, expected: Any) -> None:
    """An object has the expected attributes, a list the expected objects."""
    if isinstance(expected, dict) and not isinstance(found, dict):
        for name, value in expected.items():
            assert_reads(getattr(found, name), value)
    elif isinstance(expected, list):
        assert len(found) == len(expected), found
        for one, wanted in zip(found, expected, strict=True):
            assert_reads(one, wanted)
    elif isinstance(expected, type):
        assert isinstance(found, expected), found
    else:
        assert found == expected


@pytest.mark.parametrize("name", CASES)
def test_what_the_services_answer_is_read(http: responses.RequestsMock, name: str) -> None:
    case = CASES[name]
    service = name.partition("/")[0]
    for path, other in case.beside.items():
        answer(http, f"{service}/{other}", 200, path)
    answer(http, name, case.status)
    if isinstance(case.expected, Raises):
        with pytest.raises(case.expected.kind) as caught:
            case.ask(clients())
        assert case.expected.says in f"{caught.value} {getattr(caught.value, 'said', '')}"
    else:
        assert_reads(case.ask(clients()), case.expected)


def test_a_list_of_two_pages_is_read_to_its_end(http: responses.RequestsMock) -> None:
    for number, name in ((1, "invoice_list_first_page"), (2, "invoice_list_last_page")):
        page = responses.matchers.query_param_matcher(
            {"page[number]": str(number)}, strict_match=False
        )
        url = re.compile(r".*/invoices(\?.*)?$")
        http.add("GET", url, json=sample(f"cobot/{name}"), match=[page])
    numbers = [one.number for one in clients().cobot.iter_invoices(MARCH)]
    assert numbers == ["NK-2026-31", "NK-2026-32"]


def test_a_voucher_in_foreign_currency_keeps_its_sums_with_its_document(
    box: SandboxServer,
) -> None:
    tenant = box.world.add_tenant("t" * 32)
    url = box.sevdesk_url
    sevdesk = SevdeskClient(Transport("sevDesk", url, authorization="t" * 32, secret="t" * 32))
    meant = a_voucher("5192", currency="CHF")
    booked = sevdesk.vouchers.create(meant, contact_id=None, filename=None).voucher
    before = tenant.tables["Voucher"][booked.id]["sumGrossForeignCurrency"]

    name = sevdesk.vouchers.upload_pdf(BytesIO(b"%PDF-1.4 %%EOF"), "x.pdf")
    sevdesk.vouchers.attach_pdf(booked, name, status=100)

    assert tenant.tables["Voucher"][booked.id]["document"] is not None
    assert tenant.tables["Voucher"][booked.id]["sumGrossForeignCurrency"] == before


def test_every_sample_is_read() -> None:
    every = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.json")}
    assert every == CASES.keys() | NOT_READ
    assert not CASES.keys() & NOT_READ
