"""Every method of both clients once, against the simulated services over real HTTP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.config import load_space_config
from cobot_sevdesk.domain.contact import Contact, to_contact
from cobot_sevdesk.domain.invoice import Invoice
from cobot_sevdesk.domain.member import Member
from cobot_sevdesk.domain.voucher import IMPORT_TAG, Position, Voucher
from cobot_sevdesk.domain.window import Window
from sandbox.cobot_space import line
from support.spaces import SpaceFiles

JANUARY = Window(date(2026, 1, 1), date(2026, 2, 1))


def test_an_invoice_and_its_member_go_all_the_way(spaces: Callable[..., SpaceFiles]) -> None:
    files = spaces()
    ada = files.cobot.sign_up("Ada Beispiel", confirmed="2026-01-02", phone="+49 40 5550100")
    files.cobot.add_invoice("2026-01-05", [line("100.00")], debtor=("memberships", ada))
    opened = open_account(
        load_space_config("elbe-hub", files.folder), files.folder, today=date(2026, 1, 5)
    )
    cobot, sevdesk = opened.cobot, opened.sevdesk

    cobot.space.check_stated()
    cobot.check_invoices()
    cobot.check_writing()
    assert cobot.get_missing_scopes() == ()
    assert "admin:invoice" in cobot.get_page_addresses()
    assert cobot.find_accounting_codes() is not None
    (invoice,) = cobot.iter_invoices(JANUARY)
    assert isinstance(invoice, Invoice)
    assert cobot.find_invoice(invoice.id) == invoice
    assert cobot.find_invoice("none") is None
    assert cobot.find_member("none") is None
    assert cobot.find_team("none") is None
    (member,) = cobot.iter_members()
    assert isinstance(member, Member)
    assert cobot.find_member(member.id) == member

    contact = made_contact(sevdesk, member)
    assert contact.customer_number
    assert not cobot.write_customer_number(member, contact.customer_number)

    assert sevdesk.settings.get_bookkeeping_version() == "2.0"
    (account,) = sevdesk.settings.get_chart().find_all("4400")
    voucher = Voucher(
        key="AAAAAAAAAA",
        number=invoice.number,
        date=invoice.date,
        deadline=invoice.date,
        tax_rule=1,
        in_net=False,
        positions=(Position(account.id, account.number, Decimal(19), Decimal("119.00"), "Desk"),),
        status=100,
        recipient_name="Ada Beispiel",
    )
    with cobot.get_pdf(invoice.id) as pdf:
        filename = sevdesk.vouchers.upload_pdf(pdf, "CW-1.pdf")
        saved = sevdesk.vouchers.create(voucher, contact_id=contact.id, filename=None)
        found = saved.voucher
        assert (found.gross, found.net, found.tax_rule) == (Decimal(119), Decimal(100), "1")
        assert (found.contact_id, found.currency, found.status) == (contact.id, "EUR", 100)
        assert found.date == found.delivery_date == found.deadline == invoice.date
        assert list(saved.positions or ()) == sevdesk.vouchers.get_positions(found.id)
        assert list(sevdesk.vouchers.iter_positions()) == sevdesk.vouchers.get_positions(found.id)
        sevdesk.vouchers.attach_pdf(found, filename, status=100)
    assert sevdesk.vouchers.shows_document(found.id)
    assert sevdesk.vouchers.get(found.id) == replace(found, has_document=True)
    assert list(sevdesk.vouchers.iter(JANUARY)) == list(sevdesk.vouchers.iter())
    assert sevdesk.vouchers.find_listed([found.id, "0"], JANUARY) == {found.id}
    sevdesk.vouchers.create_tag(found.id, IMPORT_TAG)
    tags = sevdesk.vouchers.get_tags(frozenset({IMPORT_TAG}), of=[found.id])
    assert tags == {found.id: {IMPORT_TAG}}


def made_contact(sevdesk: SevdeskClient, member: Member) -> Contact:
    """The member's contact with all its parts, looked at in every way."""
    wanted = to_contact(member)
    contact = sevdesk.contacts.create(wanted)
    sevdesk.contacts.create_address(wanted, contact.id)
    for kind, value in wanted.ways.items():
        sevdesk.contacts.create_way(contact.id, kind, value)
    assert sevdesk.contacts.find_listed([contact.id, "0"]) == {contact.id}
    assert sevdesk.contacts.get(contact.id) == contact
    assert list(sevdesk.contacts.iter()) == [contact]
    assert sevdesk.contacts.get_emails(contact.id) == {str(member.email)}
    assert sevdesk.contacts.get_parts().addresses == {contact.id}
    assert sevdesk.contacts.get_parts().ways == {contact.id: {"EMAIL", "PHONE"}}
    assert sevdesk.contacts.knows_country("DE")
    return contact
