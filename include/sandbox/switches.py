"""What is unknown about the real services and can therefore be switched in the simulated ones."""

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin

SavedOtherwise = Literal[
    "",
    "date",
    "delivery_date",
    "due_date",
    "tax_rule",
    "cost_centre",
    "contact",
    "status",
    "account",
    "rate",
    "sum",
    "description",
    "recipient",
    "currency",
    "side",
]


@dataclass
class Switches:
    """Every default is the likelier behaviour: what the package assumes (`ASSUMPTIONS`)."""

    latency_seconds: float = 0
    """How long every answer takes at least."""
    key_order: Literal["recorded", "reversed", "shuffled"] = "recorded"
    """In which order the fields of an object come."""
    null_entries: int = 0
    """How many entries of each list are null, beside the good ones."""

    # Cobot
    invoice_order: Literal["newest", "oldest", "shuffled"] = "newest"
    """Order of invoice lists."""
    invoice_dates: Literal["inclusive", "exclusive", "ignored"] = "inclusive"
    """Whether the bounds of the date filter of invoices belong to the span, or it is ignored."""
    invoices_without_id: int = 0
    """How many entries of each invoice list come without their id."""
    doubled_invoice_numbers: bool = False
    """Whether all invoices of a list have the same number."""
    links: Literal["absolute", "relative", "absent"] = "absolute"
    """Form of the page links."""
    cobot_page_cap: int = 200
    """How many entries a page holds at most, whatever was asked for (documented: 200)."""
    bad_token_status: int = 401
    """Status for a wrong or revoked token (an older program of Cobot's own takes 403 for it)."""
    custom_domain: str = ""
    """`host:port` to which API 1 redirects (301) what it is asked for under any other one."""
    user_is_readable: bool = True
    """Whether `/user` answers with `included` where `include=adminOf` asks for it."""
    subdomain_knows_space: bool = True
    """Whether `<subdomain>/api/spaces/<subdomain>` answers as `www/api/spaces/<subdomain>` does."""
    member_update_method: str = "PUT"
    """Method that updates a membership."""
    member_update_wipes: bool = False
    """Whether fields that an update leaves out are lost."""
    member_update_does_nothing: bool = False
    """Whether an update is answered as a success and changes nothing."""
    member_update_answer: Literal["member", "nothing"] = "member"
    """Whether an update answers with the membership (200) or with nothing (204)."""
    unique_customer_numbers: bool = False
    """Whether Cobot refuses a customer number that another member has."""
    customer_number_form: Literal["any", "digits"] = "any"
    """Whether Cobot refuses customer numbers that are not made of digits."""
    lists_ended_members: bool = True
    """Whether the membership list with `all=true` shows those that have ended."""
    debtor_relation: Literal["debitor", "deprecated", "both"] = "both"
    """Which relationships an invoice carries."""
    rate_limits: bool = False
    """60 requests a minute of a user for each endpoint, 6 for the membership list (documented; off
    so that demos and tests are quick). `World.users` says which tokens have one user."""
    rate_window: int = 60
    """Seconds of that minute."""
    smallest_pdf: int = 0
    """Bytes that every PDF has at least; how large they get is not documented."""
    pdf_bytes_per_second: int = 0
    """How fast a PDF comes; 0 is at once."""
    v1_error: Literal["errors", "texts", "bare", "error"] = "errors"
    """Shape of API 1 errors."""
    customer_number_on_invoice: Literal["frozen", "follows"] = "frozen"
    """Whether an invoice keeps the number its member had when it was made."""

    # Lists of sevDesk
    list_order: Literal["ascending", "descending", "shuffled", "name", "date", "changed"] = (
        "ascending"
    )
    """Order of lists where none is asked for: by id, none, or by what an object shows."""
    sevdesk_page_cap: int = 1000
    """How many objects a page holds at most (documented: `limit` may be 1 to 1000)."""
    limit_above_cap: Literal["shortened", "refused"] = "shortened"
    """What happens to a larger `limit` where the cap is below 1000."""
    list_lag_seconds: float = 0
    """How long lists do not show what was made."""
    lists_flap: bool = False
    """Whether every other answer of a list comes from a server that lags by that time."""
    changes_lag: bool = False
    """Whether lists show changes and deletions as late as what was made."""
    reads_lag: bool = False
    """Whether reading by id lags as lists do."""
    update_filter: Literal["understood", "ignored", "empty", "made"] = "understood"
    """What lists do with `updateAfter` (named in the text of sevDesk's document only); with
    "made" they take it for `createAfter`."""
    count_all: bool = True
    """Whether `countAll` is understood."""
    count_of_page: bool = False
    """Whether `countAll` counts the objects of the page only."""
    date_filter: Literal["understood", "ignored", "exclusive", "a_day_off"] = "understood"
    """What the list of vouchers does with `startDate` and `endDate`."""
    sevdesk_bad_token_status: int = 401
    """Status for a wrong token."""
    embeds: bool = True
    """Whether lists understand `embed` (documented for all; tried by others for vouchers only)."""
    null_references: Literal["absent", "null", "list"] = "absent"
    """How a reference that is not set is shown: left out (recorded), null, or `[]`."""
    not_found_status: int = 404
    """Status for an id that does not exist (400 was seen as well)."""

    # What an account in sevDesk offers
    countries_path_exists: bool = True
    """Whether the undocumented list of countries is there."""
    chart_entry_without_number: bool = False
    """Whether the guidance holds an account without a number."""
    tax_rule_21: Literal["absent", "listed", "accepted"] = "absent"
    """Whether the guidance lists tax rule 21 (seen in one account) and vouchers may have it."""

    # Contacts and tags of sevDesk
    contacts_are_numbered: bool = True
    """Whether a new contact without number gets the next one."""
    duplicate_customer_number: Literal["accept", "refuse", "renumber", "move"] = "accept"
    """What sevDesk does with a customer number that exists."""
    tags_can_be_made: bool = True
    """Whether the tag factory does what it is asked."""
    tag_names_are_unique: bool = True
    """Whether the tag factory reuses a tag of the same name."""
    repeated_tag: Literal["second", "nothing", "refused"] = "second"
    """What tagging a voucher twice with one name does."""
    tag_answer_has_envelope: bool = True
    """Whether the tag factory's answer comes in `objects`."""

    # Vouchers of sevDesk
    net_flag: Literal["honoured", "gross_first", "net_first", "net_where_sent"] = "honoured"
    """Whether `net` of a position decides which sum counts. Else the gross sum does, or the net
    sum; where that one is missing, with "net_first" the gross sum is read as net."""
    saves_otherwise: SavedOtherwise = ""
    """What saveVoucher saves otherwise than sent; its answer, lists and reads say so."""
    says_what_was_sent: bool = False
    """Whether the answer of saveVoucher says what was sent, whatever is saved."""
    zero_vouchers: bool = True
    """Whether a voucher may have a sum of zero."""
    negative_vouchers: Literal["accepted", "drafts_only", "refused"] = "accepted"
    """Which vouchers may have a negative sum."""
    drafts_can_be_deleted: bool = True
    """Whether the undocumented `DELETE /Voucher/{id}` exists."""
    deleting_hides_only: bool = False
    """Whether a deleted voucher stays in lists, with another status."""
    vouchers_can_be_changed: bool = True
    """Whether saveVoucher updates a draft."""
    attaching_resets: bool = False
    """Whether a voucher that is saved with a document becomes a draft."""
    unknown_file: Literal["refuse", "ignore"] = "refuse"
    """What saveVoucher does with a file name that was never uploaded."""
    unreadable_file: Literal["upload", "save", "accepted"] = "upload"
    """Which call refuses a PDF that cannot be read, with status 500 and a message in JSON."""
    documents_shown: Literal["everywhere", "singly", "nowhere"] = "everywhere"
    """Where a voucher shows its document: in lists and answers too, or when read by its id only."""


ASSUMPTIONS = {
    "latency_seconds": "B-01",
    "key_order": "B-02",
    "null_entries": "B-03",
    "invoice_order": "C-01",
    "invoice_dates": "C-02",
    "invoices_without_id": "C-03",
    "doubled_invoice_numbers": "C-15",
    "links": "C-04",
    "cobot_page_cap": "C-05",
    "bad_token_status": "C-06",
    "custom_domain": "C-07",
    "user_is_readable": "C-08",
    "subdomain_knows_space": "C-09",
    "member_update_method": "C-20",
    "member_update_wipes": "C-21",
    "member_update_does_nothing": "C-20",
    "member_update_answer": "C-22",
    "unique_customer_numbers": "C-23",
    "customer_number_form": "C-24",
    "lists_ended_members": "C-10",
    "debtor_relation": "C-11",
    "rate_limits": "C-12",
    "rate_window": "C-12",
    "smallest_pdf": "C-13",
    "pdf_bytes_per_second": "C-13",
    "v1_error": "C-14",
    "customer_number_on_invoice": "C-25",
    "list_order": "S-01",
    "sevdesk_page_cap": "S-02",
    "limit_above_cap": "S-02",
    "list_lag_seconds": "S-20",
    "lists_flap": "S-20",
    "changes_lag": "S-21",
    "reads_lag": "S-22",
    "update_filter": "S-23",
    "count_all": "S-03",
    "count_of_page": "S-03",
    "date_filter": "S-24",
    "sevdesk_bad_token_status": "S-11",
    "embeds": "S-04",
    "null_references": "S-05",
    "not_found_status": "S-06",
    "countries_path_exists": "S-07",
    "chart_entry_without_number": "S-08",
    "tax_rule_21": "S-09",
    "contacts_are_numbered": "S-30",
    "duplicate_customer_number": "S-31",
    "tags_can_be_made": "S-33",
    "tag_names_are_unique": "S-33",
    "repeated_tag": "S-34",
    "tag_answer_has_envelope": "S-35",
    "net_flag": "S-40",
    "saves_otherwise": "S-41",
    "says_what_was_sent": "S-41",
    "zero_vouchers": "S-48",
    "negative_vouchers": "S-42",
    "drafts_can_be_deleted": "S-43",
    "deleting_hides_only": "S-43",
    "vouchers_can_be_changed": "S-41",
    "attaching_resets": "S-47",
    "unknown_file": "S-44",
    "unreadable_file": "S-45",
    "documents_shown": "S-46",
}
"""Switch -> the assumption that it plays; the table is in `docs/assumptions.md`."""


def set_switch(switches: Switches, name: str, value: Any) -> None:
    """Set one switch.

    Raises:
        ValueError: there is no such switch, or it does not take this value; says what it takes.
    """
    kinds = {field.name: field.type for field in fields(Switches)}
    if name not in kinds:
        raise ValueError(f"{name}: no such switch; expected one of {', '.join(sorted(kinds))}")
    kind = kinds[name]
    if not _fits(value, kind):
        raise ValueError(f"{name}: {value!r} does not fit; expected {_expected(kind)}")
    setattr(switches, name, value)


def _fits(value: Any, kind: Any) -> bool:
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _expected(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(repr(choice) for choice in get_args(kind))
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "a text")
