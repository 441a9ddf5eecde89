"""A good space file becomes a space; a wrong one says everything that is wrong, by field."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from cobot_sevdesk.config import SpaceConfig

Space = Callable[..., SpaceConfig]
Problems = Callable[..., tuple[str, ...]]

REQUIRED = "sync_from: 2026-01-01\ncobot: {subdomain: elbe-hub}\n"


def test_a_file_with_the_required_keys_has_the_documented_defaults(space: Space) -> None:
    found = space()
    assert found.model_dump() == {
        "timezone": "Europe/Berlin",
        "schedule": "15 5 * * *",
        "sync_from": date(2026, 1, 1),
        "members_from": None,
        "contacts_for_teams": False,
        "language": "en",
        "owner": None,
        "cobot": {
            "subdomain": "elbe-hub",
            "space_id": None,
            "connection": None,
            "write_numbers": True,
            "activity_feed": False,
        },
        "sevdesk": {"connection": None},
        "vouchers": {
            "due_in_days": 0,
            "cost_centre": None,
            "status": "open",
            "attach_pdf": True,
            "lookback_days": 60,
            "corrections": "booked",
            "foreign_currency": "held_back",
            "max_new_per_run": 10_000,
        },
        "accounts": {},
        "tax": {
            "small_business": False,
            "zero_rate": {"domestic": None, "eu_business": None, "third_country": None},
            "split_vouchers": False,
        },
        "ignore_invoices": [],
        "ignore_vouchers": [],
        "notifications": [],
        "reconciliation": {"schedule": "30 6 3 * *", "reports": None},
    }


def test_ids_and_connections_come_from_the_file_name(space: Space) -> None:
    found = space()
    assert (found.slug, found.dag_id) == ("elbe-hub", "cobot_sevdesk_elbe-hub")
    assert found.reconcile_dag_id == "cobot_sevdesk_reconcile_elbe-hub"
    assert found.cobot_connection == "cobot_elbe-hub"
    assert found.sevdesk_connection == "sevdesk_elbe-hub"


def test_named_connections_replace_the_default_ones(space: Space) -> None:
    text = (
        "sync_from: 2026-01-01\n"
        "cobot: {subdomain: elbe, connection: mine}\n"
        "sevdesk: {connection: books}\n"
    )
    found = space(text=text)
    assert (found.cobot_connection, found.sevdesk_connection) == ("mine", "books")


def test_the_rules_hold_what_the_decisions_need(space: Space) -> None:
    rules = space(
        "vouchers: {status: draft, cost_centre: 100, due_in_days: 14}\n"
        "tax: {zero_rate: {domestic: 4, eu_business: null, third_country: 17}}\n"
        "ignore_invoices: [{number: CW-2026-7, reason: booked by hand}]\n"
    ).rules
    assert (rules.status, rules.cost_centre, rules.due_in_days) == (50, "100", 14)
    assert rules.zero_rate == {"domestic": 4, "third_country": 17}
    assert rules.ignored == {"CW-2026-7": "booked by hand"}
    assert rules.members_from == rules.sync_from == date(2026, 1, 1)


def test_null_schedules_mean_only_by_hand(space: Space) -> None:
    found = space("schedule: null\nreconciliation: {schedule: null}\n")
    assert found.schedule is None
    assert found.reconciliation.schedule is None


@pytest.mark.parametrize("written", ["2026-03-01", '"2026-03-01"', "'2026-03-01'"])
def test_a_date_may_be_quoted(space: Space, written: str) -> None:
    assert space(f"members_from: {written}\n").members_from == date(2026, 3, 1)


@pytest.mark.parametrize("written", ["4400", '"4400"', "'4400'"])
def test_account_codes_that_look_like_numbers_are_text(space: Space, written: str) -> None:
    assert space(f"accounts: {{{written}: {written}}}\n").accounts == {"4400": "4400"}


def test_a_quoted_leading_zero_is_kept(space: Space) -> None:
    assert space('accounts: {"0420": "0027"}\n').accounts == {"0420": "0027"}


def test_a_byte_order_mark_does_no_harm(space: Space) -> None:
    assert space(text=b"\xef\xbb\xbf" + REQUIRED.encode()).cobot.subdomain == "elbe-hub"


def test_windows_line_ends_do_no_harm(space: Space) -> None:
    assert space(text=REQUIRED.replace("\n", "\r\n")).cobot.subdomain == "elbe-hub"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("timezones: UTC", "timezones"),
        ("vouchers: {due_days: 1}", "vouchers.due_days"),
        ("tax: {zero_rate: {eu_private: 1}}", "tax.zero_rate.eu_private"),
        ("sevdesk: {token: secret}", "sevdesk.token"),
        ("reconciliation: {cron: x}", "reconciliation.cron"),
        ("ignore_invoices: [{number: A, reason: b, by: c}]", "ignore_invoices.0.by"),
        ("slug: other", "slug"),
    ],
)
def test_an_unknown_key_is_named_with_its_path(problems: Problems, more: str, field: str) -> None:
    (problem,) = problems(more)
    assert problem.startswith(f"elbe-hub.yaml: {field}: unknown key")
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("contacts_for_teams: 'yes'", "contacts_for_teams"),
        ("contacts_for_teams: 1", "contacts_for_teams"),
        ("vouchers: {due_in_days: true}", "vouchers.due_in_days"),
        ("vouchers: {due_in_days: '14'}", "vouchers.due_in_days"),
        ("vouchers: {due_in_days: 1.5}", "vouchers.due_in_days"),
        ("vouchers: {due_in_days: -1}", "vouchers.due_in_days"),
        ("vouchers: {lookback_days: null}", "vouchers.lookback_days"),
        ("vouchers: {max_new_per_run: 0}", "vouchers.max_new_per_run"),
        ("vouchers: {status: paid}", "vouchers.status"),
        ("vouchers: {status: 100}", "vouchers.status"),
        ("vouchers: {cost_centre: ''}", "vouchers.cost_centre"),
        ("vouchers: {cost_centre: true}", "vouchers.cost_centre"),
        ("vouchers: {cost_centre: 1.5}", "vouchers.cost_centre"),
        ("vouchers: []", "vouchers"),
        ("tax: {zero_rate: {domestic: '4'}}", "tax.zero_rate.domestic"),
        ("tax: {zero_rate: {domestic: true}}", "tax.zero_rate.domestic"),
        ("tax: {zero_rate: {domestic: 0}}", "tax.zero_rate.domestic"),
        ("accounts: [4400]", "accounts"),
        ("accounts: {A: null}", "accounts.A"),
        ("accounts: {A: yes}", "accounts.A"),
        ("accounts: {A: 4400.5}", "accounts.A"),
        ("accounts: {A: [4400]}", "accounts.A"),
        ("accounts: {'': 1}", "accounts."),
        ("ignore_invoices: CW-1", "ignore_invoices"),
        ("ignore_invoices: [CW-1]", "ignore_invoices.0"),
        ("ignore_invoices: [{number: CW-1}]", "ignore_invoices.0.reason"),
        ("ignore_invoices: [{number: CW-1, reason: ''}]", "ignore_invoices.0.reason"),
        ("language: fr", "language"),
        ("members_from: soon", "members_from"),
        ("members_from: '2026-02-30'", "members_from"),
        ("members_from: 2026-01-01 10:00:00", "members_from"),
        ("members_from: 20260101", "members_from"),
        ("members_from: true", "members_from"),
        ("timezone: Europe/Hamburg", "timezone"),
        ("timezone: europe/berlin", "timezone"),
        ("timezone: 'Europe/Berlin '", "timezone"),
        ("timezone: ../../etc/passwd", "timezone"),
        ("timezone: ''", "timezone"),
        ("timezone: null", "timezone"),
        ("timezone: 1", "timezone"),
        ("schedule: ''", "schedule"),
        ("schedule: daily", "schedule"),
        ("schedule: '@daily'", "schedule"),
        ("schedule: '60 5 * * *'", "schedule"),
        ("schedule: '5 24 * * *'", "schedule"),
        ("schedule: '* * * *'", "schedule"),
        ("schedule: '0 15 5 * * *'", "schedule"),
        ("schedule: '0 0 * * mon#9'", "schedule"),
        ("schedule: false", "schedule"),
        ("reconciliation: {schedule: never}", "reconciliation.schedule"),
    ],
)
def test_a_wrong_value_is_named_with_its_field(problems: Problems, more: str, field: str) -> None:
    (problem,) = problems(more)
    assert problem.startswith(f"elbe-hub.yaml: {field}: ")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("cobot: {subdomain: elbe-hub}", "sync_from"),
        ("sync_from: 2026-01-01", "cobot"),
        ("sync_from: 2026-01-01\ncobot: {}", "cobot.subdomain"),
    ],
)
def test_a_required_key_that_is_missing_is_named(problems: Problems, text: str, field: str) -> None:
    assert problems(text=text) == (f"elbe-hub.yaml: {field}: required, but missing",)


@pytest.mark.parametrize("subdomain", ["''", "Elbe", "elbe.hub", "-elbe", "a/b", "42", "null"])
def test_a_subdomain_is_one_label(problems: Problems, subdomain: str) -> None:
    (problem,) = problems(text=f"sync_from: 2026-01-01\ncobot: {{subdomain: {subdomain}}}")
    assert problem.startswith("elbe-hub.yaml: cobot.subdomain: expected ")


def test_all_problems_are_told_at_once(problems: Problems) -> None:
    told = problems(
        text="timezone: Mars\nschedule: daily\ncobot: {}\nvouchers: {status: paid}\nfoo: 1\nslug: x"
    )
    assert sorted(problem.split(": ")[1] for problem in told) == [
        "cobot.subdomain",
        "foo",
        "schedule",
        "slug",
        "sync_from",
        "timezone",
        "vouchers.status",
    ]


def test_an_invoice_that_is_ignored_twice_is_named(problems: Problems) -> None:
    (problem,) = problems(
        "ignore_invoices: [{number: CW-1, reason: a}, {number: 'CW-1', reason: b}]"
    )
    assert problem.startswith("elbe-hub.yaml: ignore_invoices: expected each number once")
    assert "CW-1" in problem


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("true", ("0001-01-01", "9999-12-31")),
        ("{from: 2026-01-01}", ("2026-01-01", "9999-12-31")),
        ("{until: 2026-06-30}", ("0001-01-01", "2026-06-30")),
        ("{from: 2026-01-01, until: '2026-06-30'}", ("2026-01-01", "2026-06-30")),
        ("{from: 2026-01-01, until: 2026-01-01}", ("2026-01-01", "2026-01-01")),
    ],
)
def test_a_small_business_may_be_one_between_two_days(
    space: Space, written: str, days: tuple[str, str]
) -> None:
    rules = space(f"tax: {{small_business: {written}}}").rules
    first, last = map(date.fromisoformat, days)
    assert rules.is_small_business(first)
    assert rules.is_small_business(last)
    if first > date.min:
        assert not rules.is_small_business(first - timedelta(1))
    if last < date.max:
        assert not rules.is_small_business(last + timedelta(1))


@pytest.mark.parametrize("written", ["", "tax: {small_business: false}"])
def test_without_small_business_no_day_is_one(space: Space, written: str) -> None:
    assert space(written).rules.small_business is None


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{}", "small_business: expected from, until or both"),
        ("{from: null}", "small_business: expected from, until or both"),
        ("{from: 2026-07-01, until: 2026-06-30}", "small_business: expected from on or before"),
        ("{from: soon}", "small_business.from: expected a date such as 2026-01-31"),
        ("{from: 9999-12-31}", "small_business.from: expected a year from 1900 to 2999"),
        ("{until: '0001-01-01'}", "small_business.until: expected a year from 1900 to 2999"),
        ("{form: 2026-01-01}", "small_business.form: unknown key; did you mean from?"),
        ("{start: 2026-01-01}", "small_business.start: unknown key"),
        ("maybe", "small_business: expected true or false, or the dates `from` and `until`"),
        ("1", "small_business: expected true or false"),
        ("[2026-01-01]", "small_business: expected true or false"),
        ("null", "small_business: expected true or false"),
    ],
)
def test_dates_of_a_small_business_are_checked(problems: Problems, written: str, said: str) -> None:
    assert f"tax.{said}" in problems(f"tax: {{small_business: {written}}}")[0]


def test_numbers_are_written_to_cobot_unless_the_file_says_no(space: Space) -> None:
    assert space().rules.writes_numbers
    text = "sync_from: 2026-01-01\ncobot: {subdomain: elbe-hub, write_numbers: false}\n"
    assert not space(text=text).rules.writes_numbers


@pytest.mark.parametrize(
    ("more", "meant"),
    [
        ("shedule: null", "schedule"),
        ("Timezone: UTC", "timezone"),
        ("vouchers: {due_in_day: 1}", "due_in_days"),
        ("tax: {small_busines: true}", "small_business"),
        ("ignore_invoices: [{numbr: A, number: B, reason: x}]", "number"),
        # In another place than it belongs to.
        ("lookback_days: 5", "vouchers.lookback_days"),
        ("tax: {domestic: 4}", "tax.zero_rate.domestic"),
        ("vouchers: {small_business: true}", "tax.small_business"),
    ],
)
def test_a_mistyped_key_is_told_with_the_one_that_was_meant(
    problems: Problems, more: str, meant: str
) -> None:
    (problem,) = problems(more)
    assert problem.endswith(f"unknown key; did you mean {meant}?")


def test_a_key_that_resembles_none_is_just_unknown(
    problems: Problems,
) -> None:
    assert problems("xyz: 1") == ("elbe-hub.yaml: xyz: unknown key",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("owner: {name: x, link: ftp}", "an address that begins with https:// or mailto:"),
        ("timezone: ' '", "a time zone"),
        ("vouchers: {cost_centre: ' '}", "a text that is not blank"),
        ("notifications: [{notifier: x}]", "the path of a class"),
    ],
)
def test_no_pattern_is_shown_to_people(problems: Problems, more: str, said: str) -> None:
    (problem,) = problems(more)
    assert f"expected {said}" in problem
