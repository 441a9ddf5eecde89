"""Every kind of object that Cobot answers with, with all its fields, in the order of its documents.

API 1 writes dates with slashes and names with underscores; API 2 is JSON:API with ISO dates.
"""

from typing import Any

Json = dict[str, Any]

PLAN: Json = {
    "name": "Flex",
    "description": "Ein Platz, jeden Tag ein anderer",
    "price_per_cycle": "100.0",
    "price_per_cycle_in_cents": 10000,
    "tax_rate": "19.0",
    "cycle_duration": 1,
    "currency": "EUR",
    "cancellation_period": 14,
    "canceled_to": None,
    "total_price_per_cycle": "100.0",
    "extras": [],
    "time_passes": [],
    "booking_credits": [],
    "accounting_code": None,
}
"""The plan of a membership in API 1."""

MEMBERSHIP: Json = {
    **dict.fromkeys(("id", "name", "email", "phone", "user", "picture", "address")),
    "billing_emails": [],
    "charge_taxes": True,
    "customer_number": None,
    "plan": None,
    "upcoming_plan": None,
    "payment_method": None,
    "confirmed_at": None,
    "starts_at": None,
    "joined_at": None,
    "canceled_to": None,
    "next_invoice_at": None,
    "team_id": None,
}
"""API 1. A start date is often null, for confirmed members too."""

ADDRESS1 = ("company", "name", "full_address", "country")
"""The parts of an address in API 1 that every membership has; the others came later."""

ADDRESS2: Json = {
    **dict.fromkeys(("name", "company")),
    "fullAddress": "",
    **dict.fromkeys(("street", "postCode", "city", "state", "countryCode")),
}
"""An address in API 2."""

SENDER: Json = {
    **ADDRESS2,
    "fullAddress": "Am Speicher 5, 20457 Hamburg",
    "street": "Am Speicher 5",
    "postCode": "20457",
    "city": "Hamburg",
}
"""Where every space sends its invoices from."""

INVOICE: Json = {
    "invoiceText": None,
    "invoiceDate": None,
    "paidDate": None,
    "dueDate": None,
    "eInvoicingReady": False,
    "remindAt": None,
    "number": None,
    "senderTaxId": "DE123456788",
    "taxId": None,
    "taxIdName": "USt-IdNr.",
    "customerNumber": None,
    "pdf": None,
    "recipientAddress": None,
    "senderAddress": None,
    "notes": None,
    "billingEmails": [],
    "items": [],
    "payableAmount": None,
    "paidAmount": "0.0",
    "paidStatus": "unpaid",
    "reminderStatus": "notSent",
    "sentRemindersCount": 0,
    "lastReminderSentAt": None,
    "chargeAt": None,
    "canCharge": False,
    "canUpdate": True,
    "sentStatus": "sent",
    "totalAmount": None,
}
"""The attributes of an invoice in API 2."""

SPACE: Json = {
    "name": None,
    "email": None,
    "description": None,
    "subdomain": None,
    "createdAt": "2020-04-28",
    "countryCode": "DE",
    "locale": "de-DE",
    "logo": None,
    "inEu": True,
    "timeZone": "Europe/Berlin",
    "defaultTaxes": [{"name": "USt.", "rate": "19.0"}],
    "hourFormat": 24,
    "priceDisplay": "net",
    "priceDecimals": 2,
}
"""The attributes of a space in API 2."""

OF_A_SPACE = (
    "availableResources calendarBlockers costCenters revenueAccounts products resources bookings "
    "allocations dropInPasses externalBookingsPaymentMethods events externalBookings "
    "externalResources membershipProfiles teams urls spaceProfile accessToken paymentMethods "
    "missingTermsApproval"
).split()
"""What a space in API 2 links to."""


def resource(kind: str, id_: str, attributes: Json, **relations: Json) -> Json:
    """A resource of API 2."""
    found: Json = {"id": id_, "type": kind, "attributes": attributes}
    return {**found, "relationships": relations} if relations else found


def related(kind: str, id_: str | None) -> Json:
    """A relationship of API 2 to one other resource, or to none."""
    return {"data": {"id": id_, "type": kind} if id_ else None}


def linked(url: str) -> Json:
    """A relationship of API 2 that has to be asked for."""
    return {"links": {"related": url}}
