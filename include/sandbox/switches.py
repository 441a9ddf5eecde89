"""What is unknown about the real services and can therefore be switched in the simulated ones."""

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """Every default is the likelier behaviour; each line names what nobody has documented."""

    latency_seconds: float = 0
    """How long every answer takes at least."""
    # Cobot
    invoice_order: Literal["newest", "oldest", "shuffled"] = "newest"
    """Order of invoice lists."""
    links: Literal["absolute", "relative", "absent"] = "absolute"
    """Form of the page links."""
    bad_token_status: int = 401
    """Status for a wrong or revoked token."""
    member_update_method: str = "PUT"
    """Method that updates a membership."""
    member_update_wipes: bool = False
    """Whether fields that an update leaves out are lost."""
    unique_customer_numbers: bool = False
    """Whether Cobot refuses a customer number that another member has."""
    lists_ended_members: bool = True
    """Whether the membership list with `all=true` shows those that have ended."""
    debtor_relation: Literal["debitor", "deprecated", "both"] = "both"
    """Which relationships an invoice carries."""
    rate_limits: bool = False
    """60 requests a minute for each endpoint, 6 for the membership list (documented; off so that
    demos and tests are quick)."""
    smallest_pdf: int = 0
    """Bytes that every PDF has at least; how large they get is not documented."""
    rate_window: int = 60
    """Seconds of that minute."""
    v1_error: Literal["errors", "texts", "bare", "error"] = "errors"
    """Shape of API 1 errors."""
    customer_number_on_invoice: Literal["frozen", "follows"] = "frozen"
    """Whether an invoice keeps the number its member had when it was made."""
    # sevDesk
    list_order: Literal["ascending", "descending", "shuffled"] = "ascending"
    """Order of lists."""
    not_found_status: int = 404
    """Status for an id that does not exist (400 was seen as well)."""
    tag_names_are_unique: bool = True
    """Whether the tag factory reuses a tag of the same name."""
    repeated_tag: Literal["second", "nothing"] = "second"
    """What tagging a voucher twice with one name does."""
    tag_answer_has_envelope: bool = True
    """Whether the tag factory's answer comes in `objects`."""
    duplicate_customer_number: Literal["accept", "refuse"] = "accept"
    """What sevDesk does with a customer number that exists."""
    list_lag_seconds: float = 0
    """How long lists lag behind writes."""
    unknown_file: Literal["refuse", "ignore"] = "refuse"
    """What saveVoucher does with a file name that was never uploaded."""
    countries_path_exists: bool = True
    """Whether the undocumented list of countries is there."""
    update_filter: Literal["understood", "ignored", "empty", "made"] = "understood"
    """What voucher lists do with `updateAfter` (named in the text of sevDesk's document only); with
    "made" they take it for `createAfter`."""
    count_all: bool = True
    """Whether `countAll` is understood."""
    documents_shown: Literal["everywhere", "singly", "nowhere"] = "everywhere"
    """Where a voucher shows its document: in lists and answers too, or when read by its id only."""
    embeds: bool = True
    """Whether lists understand `embed` (documented for all; tried by others for vouchers only)."""
