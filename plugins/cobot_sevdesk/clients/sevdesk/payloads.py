"""What is sent to sevDesk. Key order of `saveVoucher` as its documentation insists on."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing
from cobot_sevdesk.clients.sevdesk.parsing import REVENUE, to_day
from cobot_sevdesk.domain.contact import NewContact, WayKind
from cobot_sevdesk.domain.money import CURRENCY, ZERO, gross_of, net_of, to_cents
from cobot_sevdesk.domain.voucher import Position, Voucher, position_sums
from cobot_sevdesk.errors import UnreadableAnswerError

Payload = dict[str, Any]

CUSTOMER = 3
"""Contact category "Kunde" (sevDesk API document, contacts)."""
BILLING_ADDRESS = 47
"""Address category "Rechnungsanschrift"; seen in a live tenant."""
WORK = 2
"""Communication way key "Arbeit" (sevDesk API document, communication ways)."""
ACTIVE = 1000
"""Contact status "active"."""
ADDRESS_FIELD_LENGTH = 250


def voucher_payload(voucher: Voucher, *, contact_id: str | None, filename: str | None) -> Payload:
    """The body of `saveVoucher` for a new revenue voucher (bookkeeping system 2.0)."""
    return {
        "voucher": {
            "objectName": "Voucher",
            "mapAll": True,
            "voucherDate": german_day(voucher.date),
            "deliveryDate": german_day(voucher.date),
            "paymentDeadline": german_day(voucher.deadline),
            "supplier": _reference(contact_id, "Contact"),
            "supplierName": None if contact_id else voucher.recipient_name,
            "description": voucher.description,
            "status": voucher.status,
            # Text, unlike all other ids: so says the official document.
            "taxRule": {"id": str(voucher.tax_rule), "objectName": "TaxRule"},
            "creditDebit": REVENUE,
            "voucherType": "VOU",
            "currency": voucher.currency,
            **_exchange(voucher),
            "costCentre": _reference(voucher.cost_centre_id, "CostCentre"),
        },
        "voucherPosSave": [_position(one, in_net=voucher.in_net) for one in voucher.positions],
        "voucherPosDelete": None,
        "filename": filename,
    }


def _exchange(voucher: Voucher) -> Payload:
    """The day whose rate counts, for foreign currency only (sevDesk API document, vouchers)."""
    if voucher.currency == CURRENCY:
        return {}
    return {"propertyForeignCurrencyDeadline": german_day(voucher.date)}


def attachment_payload(
    voucher: Fields, positions: Sequence[Fields], *, filename: str | None, status: int
) -> Payload:
    """The body of `saveVoucher` that gives an existing draft a file and a status, nothing else.

    The whole voucher and all positions with their ids have to be sent again. Positions without id
    would be added. The total is computed from the positions of the call only.
    """
    return {
        "voucher": {
            "id": _number(voucher.text("id")),
            "objectName": "Voucher",
            "mapAll": True,
            "voucherDate": _sent_back(voucher, "voucherDate"),
            "deliveryDate": _sent_back(voucher, "deliveryDate"),
            "paymentDeadline": _sent_back(voucher, "paymentDeadline"),
            "supplier": _as_shown(voucher, "supplier"),
            "supplierName": _as_shown(voucher, "supplierName"),
            "description": _as_shown(voucher, "description"),
            "status": status,
            "taxRule": _as_shown(voucher, "taxRule"),
            "creditDebit": REVENUE,
            "voucherType": voucher.optional_text("voucherType") or "VOU",
            "currency": voucher.optional_text("currency") or CURRENCY,
            **_sent_back_exchange(voucher),
            "costCentre": _as_shown(voucher, "costCentre"),
        },
        "voucherPosSave": [
            _position_sent_back(position, voucher.optional_text("currency"))
            for position in positions
        ],
        "voucherPosDelete": None,
        "filename": filename,
    }


def contact_payload(contact: NewContact) -> Payload:
    """The body of `POST /Contact`; without a number, so that sevDesk assigns its next one."""
    names = (
        {"name": contact.company}
        if contact.company
        else {"surename": contact.first_name, "familyname": contact.last_name}
    )
    return {
        **names,
        "category": _reference(CUSTOMER, "Category"),
        "status": ACTIVE,
        "description": contact.description,
        **({"vatNumber": contact.vat_id} if contact.vat_id else {}),
    }


def address_payload(contact: NewContact, contact_id: str, country_id: str) -> Payload:
    """The body of `POST /ContactAddress`."""
    address = contact.address
    return {
        "contact": _reference(contact_id, "Contact"),
        "street": address.street[:ADDRESS_FIELD_LENGTH],
        "zip": address.post_code[:ADDRESS_FIELD_LENGTH],
        "city": address.city[:ADDRESS_FIELD_LENGTH],
        "country": _reference(country_id, "StaticCountry"),
        "category": _reference(BILLING_ADDRESS, "Category"),
    }


def way_payload(contact_id: str, kind: WayKind, value: str) -> Payload:
    """The body of `POST /CommunicationWay` for an e-mail address or a phone number."""
    return {
        "contact": _reference(contact_id, "Contact"),
        "type": kind,
        "value": value,
        "key": _reference(WORK, "CommunicationWayKey"),
        "main": True,
    }


def tag_payload(voucher_id: str, name: str) -> Payload:
    """The body of `POST /Tag/Factory/create`: makes the tag if needed and ties it."""
    return {"name": name, "object": _reference(voucher_id, "Voucher")}


def german_day(day: date) -> str:
    """`dd.mm.yyyy`, which comes back as the same day; one of two documented forms."""
    return day.strftime("%d.%m.%Y")


def _position(position: Position, *, in_net: bool) -> Payload:
    """Both sums, though only the one that the flag names should count.

    So a sevDesk that ignored the flag would book the same (assumption S-40). Source of the flag:
    sevDesk API document, voucher positions; one report says that it was not honoured.
    """
    sums = position_sums(position, in_net=in_net)
    return {
        "objectName": "VoucherPos",
        "mapAll": True,
        "accountDatev": _reference(position.account_id, "AccountDatev"),
        "taxRate": position.rate.normalize() + 0,
        "net": in_net,
        "sumNet": to_cents(sums.net),
        "sumGross": to_cents(sums.gross),
        "comment": position.comment,
        "isAsset": False,
    }


def _position_sent_back(position: Fields, currency: str | None) -> Payload:
    """A position as sevDesk shows it; both sums, as with a new one."""
    in_net, rate = position.flag("net"), position.amount("taxRate")
    net = parsing.sum_sent_back(position, "sumNet", currency)
    gross = parsing.sum_sent_back(position, "sumGross", currency)
    if (net if in_net else gross) is None:
        raise UnreadableAnswerError("sumNet" if in_net else "sumGross", "an amount")
    if net is None:
        net = net_of(gross or ZERO, rate)
    if gross is None:
        gross = gross_of(net, rate)
    return {
        "id": _number(position.text("id")),
        "objectName": "VoucherPos",
        "mapAll": True,
        "accountDatev": _as_shown(position, "accountDatev"),
        "taxRate": rate,
        "net": in_net,
        "sumNet": net,
        "sumGross": gross,
        "comment": _as_shown(position, "comment"),
        "isAsset": position.flag("isAsset"),
    }


def _as_shown(fields: Fields, name: str) -> Any:
    """A field as it came; an empty list is how sevDesk may write "nothing"."""
    shown = fields.raw(name)
    return None if shown == [] else shown


def _reference(id_: str | int | None, object_name: str) -> Payload | None:
    if id_ is None:
        return None
    return {"id": _number(id_), "objectName": object_name}


def _number(id_: str | int) -> str | int:
    """Ids come as text and go as numbers."""
    return int(id_) if str(id_).isdecimal() else id_


def _sent_back_exchange(voucher: Fields) -> Payload:
    day = _sent_back(voucher, "propertyForeignCurrencyDeadline")
    return {"propertyForeignCurrencyDeadline": day} if day else {}


def _sent_back(voucher: Fields, name: str) -> str | None:
    day = to_day(voucher.optional_text(name))
    return german_day(day) if day else None
