"""What may stand in a space file; unknown keys are errors, nothing is guessed."""

import hashlib
import re
from datetime import date
from typing import Annotated, Any, Literal, Self
from zoneinfo import available_timezones

from croniter import croniter
from croniter.croniter import CroniterError
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from cobot_sevdesk.domain.catalogue import Language
from cobot_sevdesk.domain.rules import ALWAYS, DRAFT, OPEN, Period, Recipient, SpaceRules
from cobot_sevdesk.domain.window import YEARS

_CRON = re.compile(r"(?:[0-9*/,\- ]|[A-Za-z]{3})+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LONGEST_TEXT = 250
_NOT_BLANK = r"\S"
_SUBDOMAIN = r"^[a-z0-9][a-z0-9-]*$"
_LINK = r"^(https://|mailto:)\S+$"
_CLASS = r"^[A-Za-z_][\w.]*\.[A-Za-z_]\w*$"
IN_WORDS = {
    _NOT_BLANK: "a text that is not blank",
    _SUBDOMAIN: "what stands before .cobot.me, made of a-z, 0-9 and -",
    _LINK: "an address that begins with https:// or mailto:",
    _CLASS: "the path of a class, such as package.module.Notifier",
}
"""What the patterns above ask for."""


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("a time zone of the IANA list, such as Europe/Berlin")
    return name


def _valid_cron(expression: str) -> str:
    """Five fields without chance (`R`, `H`), and some day on which it comes."""
    wrong = ValueError('a cron expression of five fields, such as "15 5 * * *"')
    if len(expression.split()) != 5 or not _CRON.fullmatch(expression):
        raise wrong
    try:
        croniter(expression).get_next()
    except (CroniterError, ValueError, KeyError):
        raise wrong from None
    return expression


def _text_of_number(value: object) -> object:
    """Numbers without quotes are meant as text; a leading zero must be quoted in YAML anyway."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: object) -> object:
    """A date, also as quoted text."""
    if isinstance(value, date):
        if value.year not in YEARS:
            raise ValueError(f"a year from {YEARS.start} to {YEARS.stop - 1}")
        return value
    if not isinstance(value, str):
        return value
    if not _DAY.fullmatch(value):
        raise ValueError("a date such as 2026-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise ValueError("a day that exists, such as 2026-01-31") from None
    return _day(day)


def _keys_once(value: object) -> object:
    """`4400` and `"4400"` are one accounting code."""
    if isinstance(value, dict) and len({str(key) for key in value}) < len(value):
        raise ValueError("each accounting code once")
    return value


Zone = Annotated[str, AfterValidator(_known_zone)]
Cron = Annotated[str, AfterValidator(_valid_cron)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=_NOT_BLANK)]
NumberText = Annotated[Text, BeforeValidator(_text_of_number)]
Day = Annotated[date, BeforeValidator(_day)]
TaxRule = Annotated[int, Field(ge=1, le=99)]


class Section(BaseModel):
    """Keys and values; unknown keys are errors, and no value is turned into another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class CobotConfig(Section):
    """Where the space is in Cobot."""

    subdomain: Annotated[str, Field(pattern=_SUBDOMAIN)]
    """As in https://<subdomain>.cobot.me."""
    space_id: Text | None = None
    """Looked up by subdomain where missing."""
    connection: Text | None = None
    """Airflow connection; `cobot_<slug>` where missing."""
    write_numbers: bool = True
    """Whether sevDesk's customer numbers are written to Cobot."""
    activity_feed: bool = False
    """Whether customer numbers and new problems are told in Cobot's activity feed."""


class SevdeskConfig(Section):
    """Which sevDesk account keeps the books."""

    connection: Text | None = None
    """Airflow connection; `sevdesk_<slug>` where missing."""


class VouchersConfig(Section):
    """How vouchers are made."""

    due_in_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days from invoice date to payment deadline."""
    cost_centre: NumberText | None = None
    """The *number* of a sevDesk cost centre."""
    status: Literal["open", "draft"] = "open"
    attach_pdf: bool = True
    lookback_days: Annotated[int, Field(ge=0, le=3660)] = 60
    """How many days a scheduled run looks back for what is missing."""
    corrections: Literal["booked", "held_back"] = "booked"
    """What happens to correction invoices and credits with a negative total."""
    foreign_currency: Literal["held_back", "booked"] = "held_back"
    """What happens to invoices in another currency; sevDesk converts with the day's rate."""
    max_new_per_run: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    """Safety stop: a run that would make more vouchers makes none."""


class ZeroRateConfig(Section):
    """The tax rule for lines without tax, by who receives them; a missing entry refuses them."""

    domestic: TaxRule | None = None
    eu_business: TaxRule | None = None
    third_country: TaxRule | None = None


class PeriodConfig(Section):
    """Invoice dates from one day to another, both inclusive; one of them may be missing."""

    start: Day | None = Field(None, alias="from")
    until: Day | None = None

    @model_validator(mode="after")
    def _is_a_period(self) -> Self:
        if self.start is None and self.until is None:
            raise ValueError("from, until or both")
        if self.start and self.until and self.until < self.start:
            raise ValueError("from on or before until")
        return self


def _kind_of_small_business(value: object) -> str:
    return "[period]" if isinstance(value, dict | PeriodConfig) else "[flag]"


SmallBusiness = Annotated[
    Annotated[bool, Tag("[flag]")] | Annotated[PeriodConfig, Tag("[period]")],
    Discriminator(_kind_of_small_business),
]


class TaxConfig(Section):
    """Tax rules; ask the tax adviser."""

    small_business: SmallBusiness = False
    """§19 UStG: vouchers under tax rule 11; always, or for invoices of these dates."""
    zero_rate: ZeroRateConfig = ZeroRateConfig()
    split_vouchers: bool = False
    """Whether an invoice whose lines need two tax rules becomes two vouchers."""

    @property
    def small_business_period(self) -> Period | None:
        """The invoice dates of a small business; `None` where there are none."""
        if isinstance(self.small_business, PeriodConfig):
            return Period(self.small_business.start, self.small_business.until)
        return ALWAYS if self.small_business else None


class ReconciliationConfig(Section):
    """The monthly comparison of both sides."""

    schedule: Cron | None = "30 6 3 * *"
    """Cron expression in `timezone`; it looks at the month before. null = only by hand."""
    reports: Text | None = None
    """Folder or URL for the reports; `$COBOT_SEVDESK_REPORTS`, else a folder in AIRFLOW_HOME."""


class OwnerConfig(Section):
    """Who is asked about this space; shown on its DAG."""

    name: Text
    link: Annotated[str, Field(pattern=_LINK)] | None = None
    """An https address or mailto: behind the name."""


class NotificationConfig(Section):
    """Who is told when a problem appears and when it is gone."""

    notifier: Annotated[str, Field(pattern=_CLASS)]
    """Path of an Airflow notifier class."""
    arguments: dict[str, Any] = {}
    """Its arguments; `{{ problem_title }}` and `{{ problem_letter }}` stand for the problem."""


class IgnoredInvoice(Section):
    """An invoice that is left alone, and why."""

    number: NumberText
    reason: Text


class IgnoredVoucher(Section):
    """A voucher in sevDesk that carries an invoice number, but is about something else."""

    id: NumberText
    """Its id in sevDesk, as red tasks name it."""
    reason: Text


def _numbers_once(ignored: list[IgnoredInvoice]) -> list[IgnoredInvoice]:
    numbers = [one.number for one in ignored]
    doubled = sorted({number for number in numbers if numbers.count(number) > 1})
    if doubled:
        raise ValueError(f"each number once, not twice {', '.join(doubled)}")
    return ignored


class SpaceConfig(Section):
    """One space: one file, one DAG."""

    slug: str = Field(exclude=True)
    """The file name without its ending; not written in the file."""
    timezone: Zone = "Europe/Berlin"
    schedule: Cron | None = "15 5 * * *"
    """Cron expression in `timezone`; null = only by hand."""
    sync_from: Day
    """Go-live: no invoice dated earlier is ever sent."""
    members_from: Day | None = None
    """Members confirmed on or after this date get a contact; `sync_from` where missing."""
    contacts_for_teams: bool = False
    """Whether teams get contacts as well."""
    language: Language = "en"
    """Language of labels, letters and forms."""
    owner: OwnerConfig | None = None
    """Who is asked about this space."""
    cobot: CobotConfig
    sevdesk: SevdeskConfig = SevdeskConfig()
    vouchers: VouchersConfig = VouchersConfig()
    accounts: Annotated[dict[NumberText, NumberText], BeforeValidator(_keys_once)] = {}
    """Cobot accounting code -> number (or exact name) of a sevDesk booking account."""
    tax: TaxConfig = TaxConfig()
    ignore_invoices: Annotated[list[IgnoredInvoice], AfterValidator(_numbers_once)] = []
    ignore_vouchers: list[IgnoredVoucher] = []
    """Vouchers of others that are no bookings of our invoices."""
    notifications: list[NotificationConfig] = []
    """One message for each problem when it appears in a scheduled run, and when it is gone."""
    reconciliation: ReconciliationConfig = ReconciliationConfig()

    @property
    def dag_id(self) -> str:
        """The id of the space's DAG."""
        return f"cobot_sevdesk_{self.slug}"

    @property
    def reconcile_dag_id(self) -> str:
        """The id of the DAG that compares both sides."""
        return f"cobot_sevdesk_reconcile_{self.slug}"

    @property
    def cobot_connection(self) -> str:
        """The Airflow connection to Cobot."""
        return self.cobot.connection or f"cobot_{self.slug}"

    @property
    def sevdesk_connection(self) -> str:
        """The Airflow connection to sevDesk."""
        return self.sevdesk.connection or f"sevdesk_{self.slug}"

    @property
    def rules(self) -> SpaceRules:
        """What the decisions must know."""
        zero = self.tax.zero_rate
        by_recipient: dict[Recipient, int | None] = {
            "domestic": zero.domestic,
            "eu_business": zero.eu_business,
            "third_country": zero.third_country,
        }
        return SpaceRules(
            slug=self.slug,
            sync_from=self.sync_from,
            members_from=self.members_from or self.sync_from,
            zone=self.timezone,
            lookback_days=self.vouchers.lookback_days,
            due_in_days=self.vouchers.due_in_days,
            cost_centre=self.vouchers.cost_centre,
            status=OPEN if self.vouchers.status == "open" else DRAFT,
            attach_pdf=self.vouchers.attach_pdf,
            contacts_for_teams=self.contacts_for_teams,
            writes_numbers=self.cobot.write_numbers,
            accounts=self.accounts,
            small_business=self.tax.small_business_period,
            zero_rate={who: rule for who, rule in by_recipient.items() if rule is not None},
            split_vouchers=self.tax.split_vouchers,
            books_corrections=self.vouchers.corrections == "booked",
            books_foreign_currency=self.vouchers.foreign_currency == "booked",
            most_new=self.vouchers.max_new_per_run,
            language=self.language,
            activity_feed=self.cobot.activity_feed,
            ignored={ignored.number: ignored.reason for ignored in self.ignore_invoices},
            ignored_vouchers=frozenset(ignored.id for ignored in self.ignore_vouchers),
        )


def config_version(config: SpaceConfig) -> str:
    """Twelve characters that change whenever anything in the space file does."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()[:12]
