"""What this package assumes about Cobot and sevDesk, and what it does where that is wrong.

Neither vendor documents all that matters here. Each assumption has an id, so that code, simulated
services, reports and people mean the same one. `docs/assumptions.md` is made from this table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Service = Literal["Cobot", "sevDesk", "both"]
Source = Literal["vendor", "recorded", "guessed"]
"""`vendor`: its documents or code. `recorded`: others saw it. `guessed`: nobody told."""
Way = Literal["reading", "writing", "none"]
"""How an assumption is proven: by every preflight, by a proof that writes, or not at all."""
Verdict = Literal["proven", "otherwise", "not tried"]


@dataclass(frozen=True)
class Assumption:
    """One assumption.

    `otherwise` says what the package does where it is wrong. `switches` are those of the simulated
    services that play it. `to_do` is a word of the catalogue where a person has to set something;
    empty where the package copes by itself.
    """

    id: str
    service: Service
    assumed: str
    source: Source
    way: Way
    otherwise: str
    switches: tuple[str, ...] = ()
    to_do: str = ""


@dataclass(frozen=True)
class Finding:
    """What a proof found out about one assumption; `observed` holds no personal data."""

    id: str
    verdict: Verdict
    observed: str = ""

    @property
    def assumption(self) -> Assumption:
        """What it is about."""
        return BY_ID[self.id]

    @property
    def needs_a_person(self) -> bool:
        """Whether it turned out otherwise and the package cannot cope with that by itself."""
        return self.verdict == "otherwise" and bool(self.assumption.to_do)


def _both(
    id_: str, assumed: str, source: Source, way: Way, otherwise: str, *more: str
) -> Assumption:
    return Assumption(id_, "both", assumed, source, way, otherwise, more)


def _cobot(
    id_: str,
    assumed: str,
    source: Source,
    way: Way,
    otherwise: str,
    *switches: str,
    to_do: str = "",
) -> Assumption:
    return Assumption(id_, "Cobot", assumed, source, way, otherwise, switches, to_do)


def _sevdesk(
    id_: str,
    assumed: str,
    source: Source,
    way: Way,
    otherwise: str,
    *switches: str,
    to_do: str = "",
) -> Assumption:
    return Assumption(id_, "sevDesk", assumed, source, way, otherwise, switches, to_do)


ASSUMPTIONS: tuple[Assumption, ...] = (
    _both(
        "B-01",
        "An answer comes within 60 seconds.",
        *("guessed", "reading"),
        "A read is tried three times, a write is looked for before it is sent again.",
        "latency_seconds",
    ),
    _both(
        "B-02",
        "The order of the fields of an object means nothing.",
        *("guessed", "none"),
        "Fields are read by name; nothing depends on their order.",
        "key_order",
    ),
    _both(
        "B-03",
        "Lists hold objects, no nulls between them.",
        *("guessed", "reading"),
        "A null in a list is left out, or makes the list count as unreadable.",
        "null_entries",
    ),
    # --- Cobot, by reading
    _cobot(
        "C-01",
        "Invoice lists begin with the newest invoice.",
        *("guessed", "reading"),
        "Nothing depends on it: lists are read to their end, twice where they moved.",
        "invoice_order",
    ),
    _cobot(
        "C-02",
        "The bounds of the date filter of invoices belong to the span.",
        *("guessed", "reading"),
        "A day more is asked for on both sides, and the dates are compared again here.",
        "invoice_dates",
    ),
    _cobot(
        "C-03",
        "Every invoice in a list has its id.",
        *("vendor", "reading"),
        "An invoice without id is held back by its number.",
        "invoices_without_id",
    ),
    _cobot(
        "C-04",
        "Links between pages are absolute addresses.",
        *("vendor", "reading"),
        "Nothing depends on it: pages are asked for by their number.",
        "links",
    ),
    _cobot(
        "C-05",
        "A page holds up to 200 entries.",
        *("vendor", "reading"),
        "Shorter pages are read on until the stated number of pages.",
        "cobot_page_cap",
    ),
    _cobot(
        "C-06",
        "A dead token is answered with 401.",
        *("guessed", "writing"),
        "A 403 for other questions as well counts as a dead token too.",
        "bad_token_status",
    ),
    _cobot(
        "C-07",
        "API 1 answers below the subdomain, also where the space has a domain of its own.",
        *("recorded", "reading"),
        "A redirect to another host is refused; the connection has to name the new address.",
        "custom_domain",
        to_do="set.v1_base_url",
    ),
    _cobot(
        "C-08",
        "`/user` shows the spaces of the token's owner.",
        *("vendor", "reading"),
        "The space is found by its subdomain instead.",
        "user_is_readable",
    ),
    _cobot(
        "C-09",
        "`<subdomain>.cobot.me/api/spaces/<subdomain>` answers as the address below www does.",
        *("guessed", "reading"),
        "The address below www is asked first.",
        "subdomain_knows_space",
    ),
    _cobot(
        "C-10",
        "The list of members shows those whose membership has ended, with `all=true`.",
        *("vendor", "reading"),
        "Members that the list lacks are read singly where an invoice names them.",
        "lists_ended_members",
    ),
    _cobot(
        "C-11",
        "An invoice names its debtor under `debitor`.",
        *("vendor", "reading"),
        "The older names `membership` and `team` are read too.",
        "debtor_relation",
    ),
    _cobot(
        "C-12",
        "At most 60 requests a minute for each endpoint and 6 for the list of members; "
        "a 429 says when to go on.",
        *("vendor", "none"),
        "Requests keep below these limits; without `Retry-After` the waits grow by themselves.",
        *("rate_limits", "rate_window"),
    ),
    _cobot(
        "C-13",
        "A PDF has less than 20 MB and arrives within two minutes.",
        *("guessed", "reading"),
        "The invoice is held back (CS-225), or tried again later.",
        *("smallest_pdf", "pdf_bytes_per_second"),
    ),
    _cobot(
        "C-14",
        "Errors of API 1 come as `errors` with a text for each field.",
        *("guessed", "reading"),
        "Every shape that was ever seen is read.",
        "v1_error",
    ),
    _cobot(
        "C-15",
        "No two invoices have the same number.",
        *("guessed", "reading"),
        "Vouchers are told apart by the invoice's id; a doubled number is asked about.",
    ),
    _cobot(
        "C-16",
        "No invoice has the paid status `canceled`.",
        *("guessed", "reading"),
        "Such an invoice is held back until a person decides (CS-222).",
    ),
    # --- Cobot, by writing
    _cobot(
        "C-20",
        "A membership is updated with PUT.",
        *("guessed", "writing"),
        "Where Cobot does not know the method, the next one of PUT, PATCH and POST is used.",
        "member_update_method",
    ),
    _cobot(
        "C-21",
        "An update keeps the fields that it leaves out.",
        *("guessed", "writing"),
        "The member is read again after each update; the first loss stops the space (CS-405).",
        "member_update_wipes",
        to_do="set.write_numbers",
    ),
    _cobot(
        "C-22",
        "An update answers with the membership.",
        *("guessed", "writing"),
        "Nothing depends on it: the member is read again.",
        "member_update_answer",
    ),
    _cobot(
        "C-23",
        "Two members may have the same customer number.",
        *("guessed", "writing"),
        "A number that Cobot refuses is told as a problem of this member.",
        "unique_customer_numbers",
    ),
    _cobot(
        "C-24",
        "A customer number may hold letters.",
        *("guessed", "writing"),
        "A number that Cobot refuses is told as a problem of this member.",
        "customer_number_form",
    ),
    _cobot(
        "C-25",
        "An invoice keeps the customer number that its member had when it was made.",
        *("guessed", "writing"),
        "Contacts are found by the membership first; the number on an invoice comes last.",
        "customer_number_on_invoice",
    ),
    # --- sevDesk, by reading
    _sevdesk(
        "S-01",
        "Lists come in the order in which things were made, where no order is asked for.",
        *("guessed", "writing"),
        "Nothing depends on it: a list is read until as many were seen as sevDesk counts.",
        "list_order",
    ),
    _sevdesk(
        "S-02",
        "A page holds up to 1,000 objects, on every list.",
        *("vendor", "reading"),
        "A shorter page is read on; a refused limit stops the space (CS-308).",
        *("sevdesk_page_cap", "limit_above_cap"),
    ),
    _sevdesk(
        "S-03",
        "`countAll` tells how many objects a list has.",
        *("vendor", "reading"),
        "Pages are read until one is empty.",
        "count_all",
    ),
    _sevdesk(
        "S-04",
        "The list of tag relations understands `embed=tag`.",
        *("guessed", "writing"),
        "The names of the tags are read from the list of tags.",
        "embeds",
    ),
    _sevdesk(
        "S-05",
        "A reference that is not set is left out.",
        *("recorded", "writing"),
        "Null and an empty list count as not set too.",
        "null_references",
    ),
    _sevdesk(
        "S-06",
        "An id that does not exist is answered with 404.",
        *("recorded", "reading"),
        "A 400 that says so counts as well.",
        "not_found_status",
    ),
    _sevdesk(
        "S-07",
        "The list of countries is there, though undocumented.",
        *("recorded", "reading"),
        "Known ids of countries are used.",
        "countries_path_exists",
    ),
    _sevdesk(
        "S-08",
        "Every account of the guidance has a number.",
        *("vendor", "reading"),
        "An account without number is left out.",
        "chart_entry_without_number",
    ),
    _sevdesk(
        "S-09",
        "The guidance does not offer tax rule 21, and vouchers may not have it.",
        *("guessed", "writing"),
        "A rule is used where the space file names it; sevDesk's refusal holds the invoice back.",
        "tax_rule_21",
    ),
    _sevdesk(
        "S-10",
        "No two cost centres have the same number.",
        *("guessed", "reading"),
        "A doubled number stops the space that uses it (CS-114).",
    ),
    _sevdesk(
        "S-11",
        "A wrong token is answered with 401.",
        *("vendor", "writing"),
        "A 403 is told as a missing permission (CS-112) instead.",
    ),
    # --- sevDesk, by writing: lists
    _sevdesk(
        "S-20",
        "Lists show at once what was made.",
        *("guessed", "writing"),
        "A writer waits until the lists show its work, and leaves the rest to the next one by id.",
        "list_lag_seconds",
    ),
    _sevdesk(
        "S-21",
        "Lists show changes at once.",
        *("guessed", "writing"),
        "A writer waits until the lists show its work, and leaves the rest to the next one by id.",
        "changes_lag",
    ),
    _sevdesk(
        "S-22",
        "What was made can be read by its id at once.",
        *("guessed", "writing"),
        "A voucher that is not there yet is looked for again after the waiting time.",
        "reads_lag",
    ),
    _sevdesk(
        "S-23",
        "`updateAfter` leaves out what was not changed since.",
        *("vendor", "writing"),
        "Nothing depends on it: the filter is not used.",
        "update_filter",
    ),
    _sevdesk(
        "S-24",
        "`startDate` and `endDate` leave out vouchers of other dates, not those of these dates.",
        *("vendor", "writing"),
        "Two days more are asked for; where an invoice seems new, all vouchers are read.",
    ),
    _sevdesk(
        "S-25",
        "Lists show what was made within the time for which a write without answer is waited for.",
        *("guessed", "writing"),
        "A write without answer could be sent twice, so do not switch on before it is set.",
        to_do="set.settle_seconds",
    ),
    # --- sevDesk, by writing: contacts and tags
    _sevdesk(
        "S-30",
        "A new contact without number gets sevDesk's next one.",
        *("recorded", "writing"),
        "The next free number is asked for and set.",
    ),
    _sevdesk(
        "S-31",
        "Two contacts may have the same customer number.",
        *("guessed", "writing"),
        "Nothing depends on it: numbers are sevDesk's own, and several contacts are asked about.",
        "duplicate_customer_number",
    ),
    _sevdesk(
        "S-32",
        "A contact that no voucher names can be deleted.",
        *("vendor", "writing"),
        "Only the proof deletes contacts; it lists what it could not remove.",
        to_do="set.delete_by_hand",
    ),
    _sevdesk(
        "S-33",
        "The tag factory reuses a tag of the same name.",
        *("guessed", "writing"),
        "Tags are compared by name, so several tags of one name count as one.",
        "tag_names_are_unique",
    ),
    _sevdesk(
        "S-34",
        "Tagging twice ties a second time.",
        *("guessed", "writing"),
        "A tie more or less makes no difference: tags are read as a set.",
        "repeated_tag",
    ),
    _sevdesk(
        "S-35",
        "The tag factory answers inside `objects`.",
        *("guessed", "writing"),
        "Both forms are read.",
        "tag_answer_has_envelope",
    ),
    # --- sevDesk, by writing: vouchers
    _sevdesk(
        "S-40",
        "`net` of a position decides which of its sums counts; `sumGross` alone is enough.",
        *("vendor", "writing"),
        "Both sums are sent and agree, so that either counts the same.",
        "net_flag",
    ),
    _sevdesk(
        "S-41",
        "saveVoucher saves what it is sent, and says so in its answer.",
        *("vendor", "writing"),
        "Every answer is compared; the first voucher that differs stops the space.",
        "saves_otherwise",
        to_do="set.do_not_start",
    ),
    _sevdesk(
        "S-42",
        "A voucher may have a negative sum (tried as a draft; an open one is not tried).",
        *("guessed", "writing"),
        "sevDesk's refusal holds the correction back as a problem.",
        "negative_vouchers",
        to_do="set.corrections",
    ),
    _sevdesk(
        "S-43",
        "A draft can be deleted, though that is undocumented.",
        *("recorded", "writing"),
        "Only the proof deletes drafts; it lists what it could not remove.",
        "drafts_can_be_deleted",
        to_do="set.delete_by_hand",
    ),
    _sevdesk(
        "S-44",
        "saveVoucher refuses the name of a file that was never uploaded.",
        *("guessed", "writing"),
        "Every voucher is checked for its document; a missing one is attached later.",
        "unknown_file",
    ),
    _sevdesk(
        "S-45",
        "A PDF that cannot be read is refused by the upload.",
        *("recorded", "writing"),
        "A refusal by saveVoucher is understood as well (CS-227).",
        "unreadable_file",
    ),
    _sevdesk(
        "S-46",
        "A voucher shows its document in lists, in answers and when read by its id.",
        *("recorded", "writing"),
        "A voucher that shows none in a list is read by its id before one is attached.",
        "documents_shown",
    ),
    _sevdesk(
        "S-47",
        "Attaching a document changes neither status nor sums.",
        *("guessed", "writing"),
        "Status and sums are sent again with the document, and compared.",
        to_do="set.do_not_start",
    ),
    _sevdesk(
        "S-48",
        "A voucher may have a sum of zero.",
        *("guessed", "writing"),
        "Nothing depends on it: invoices over zero are skipped.",
    ),
    _sevdesk(
        "S-49",
        "An uploaded file stays usable for some minutes.",
        *("guessed", "none"),
        "A voucher whose file is gone gets its document by a new upload.",
    ),
)

BY_ID = {one.id: one for one in ASSUMPTIONS}


def complete(findings: Iterable[Finding], *, why_not: str = "") -> list[Finding]:
    """One finding for each assumption, in the order of the table.

    What nobody looked at was not tried; `why_not` says why, where it could have been. Of several
    findings about one assumption the first that says otherwise counts, else the first.
    """
    of: dict[str, Finding] = {}
    for finding in findings:
        known = of.get(finding.id)
        if known is None or _weight(finding) > _weight(known):
            of[finding.id] = finding
    return [
        of.get(one.id) or Finding(one.id, "not tried", _why_not(one, why_not))
        for one in ASSUMPTIONS
    ]


def _weight(finding: Finding) -> int:
    return ("not tried", "proven", "otherwise").index(finding.verdict)


def _why_not(one: Assumption, why_not: str) -> str:
    return "cannot be tried without harm" if one.way == "none" else why_not
