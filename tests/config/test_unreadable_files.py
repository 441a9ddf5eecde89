"""Whatever stands in a file: it is refused by name, quickly, and nothing raises."""

import time
from collections.abc import Callable

import pytest

from cobot_sevdesk.config import SpaceConfig

Space = Callable[..., SpaceConfig]
Problems = Callable[..., tuple[str, ...]]

REQUIRED = "sync_from: 2026-01-01\ncobot: {subdomain: elbe-hub}\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
EXPECTED_KEYS = "expected keys and values"
NO_YAML = "no valid YAML: "


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", EXPECTED_KEYS, id="empty"),
        pytest.param("# only a remark\n", EXPECTED_KEYS, id="remark"),
        pytest.param("---\n", EXPECTED_KEYS, id="empty document"),
        pytest.param("- sync_from: 2026-01-01\n", EXPECTED_KEYS, id="list"),
        pytest.param("sync_from\n", EXPECTED_KEYS, id="text"),
        pytest.param("42\n", EXPECTED_KEYS, id="number"),
        pytest.param(REQUIRED + "1: 2\n", EXPECTED_KEYS, id="key that is a number"),
        pytest.param(REQUIRED + "yes: 2\n", EXPECTED_KEYS, id="key that is a bool"),
        pytest.param(REQUIRED.encode() + b"a: \xfc\n", "not UTF-8 at byte 54", id="Latin-1"),
        pytest.param(REQUIRED.encode("utf-16"), "not UTF-8 at byte 0", id="UTF-16"),
        pytest.param(REQUIRED + "a: [1\n", NO_YAML, id="open bracket"),
        pytest.param(REQUIRED + "\ta: 1\n", NO_YAML + "line 3, column 1: a tab;", id="tabulator"),
        pytest.param(
            REQUIRED + "vouchers:\n\tstatus: open\n",
            NO_YAML + "line 4, column 1: a tab;",
            id="tab inside",
        ),
        pytest.param(REQUIRED + "a: \0\n", NO_YAML, id="zero byte"),
        pytest.param(REQUIRED + "---\n" + REQUIRED, NO_YAML, id="two documents"),
        pytest.param(REQUIRED + "<<: {timezone: UTC}\n", NO_YAML, id="merge key"),
        pytest.param(REQUIRED + "? [a]\n: b\n", NO_YAML, id="key that is a list"),
        pytest.param(REQUIRED + "a: !!python/name:os.system\n", NO_YAML, id="Python"),
        pytest.param(REQUIRED + "a: !secret token\n", NO_YAML, id="unknown tag"),
        pytest.param("a: &a {b: *a}\n", NO_YAML + "aliases", id="alias of itself"),
        pytest.param("[" * 100_000, NO_YAML + "nested more", id="deep lists"),
        pytest.param("{a: " * 50_000, NO_YAML + "nested more", id="deep mappings"),
        pytest.param("#" * 300_000, "larger than 256 kB", id="300 kB"),
    ],
)
def test_a_file_that_holds_no_space_says_so(
    problems: Problems, text: str | bytes, said: str
) -> None:
    (problem,) = problems(text=text)
    assert problem.startswith(f"elbe-hub.yaml: {said}")
    assert len(problem) < 400
    assert "\n" not in problem


def test_a_yaml_bomb_is_refused_before_it_grows(problems: Problems) -> None:
    begun = time.perf_counter()
    (problem,) = problems(text=BOMB)
    assert time.perf_counter() - begun < 2
    assert "aliases are not accepted: *a" in problem


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (REQUIRED + "sync_from: 2020-01-01\n", "'sync_from'", 3),
        (REQUIRED + "'sync_from': 2020-01-01\n", "'sync_from'", 3),
        (REQUIRED + "vouchers:\n  status: open\n  status: draft\n", "'status'", 5),
        (REQUIRED + "accounts: {4400: 1, 4400: 2}\n", "4400", 3),
        (REQUIRED + "ignore_invoices: [{number: A, number: B, reason: c}]\n", "'number'", 3),
    ],
)
def test_a_doubled_key_is_refused_with_its_line(
    problems: Problems, text: str, key: str, line: int
) -> None:
    (problem,) = problems(text=text)
    assert f"the key {key} stands here twice" in problem
    assert f"line {line}" in problem


def test_a_file_just_below_the_limit_is_read(space: Space) -> None:
    filling = "#" * (256 * 1024 - len(REQUIRED))
    assert space(text=REQUIRED + filling).cobot.subdomain == "elbe-hub"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("contacts_for_teams: !!bool maybe", id="bool"),
        pytest.param("vouchers: {due_in_days: !!int ''}", id="int"),
        pytest.param("vouchers: {due_in_days: !!float ''}", id="float"),
        pytest.param("members_from: !!timestamp soon", id="timestamp"),
    ],
)
def test_a_tag_that_does_not_fit_its_value_does_not_raise(problems: Problems, more: str) -> None:
    assert problems(more)


@pytest.mark.parametrize("more", ["timezone: 0x{}", "accounts: {{A: 0x{}}}", "a: 0x{}"])
def test_a_huge_hexadecimal_number_does_not_raise(problems: Problems, more: str) -> None:
    assert problems(more.format("f" * 5000))


def test_a_day_that_does_not_exist_is_named_with_its_field(problems: Problems) -> None:
    told = problems(text="sync_from: 2026-02-30\ncobot: {subdomain: elbe-hub}\nfoo: 1\n")
    assert {problem.split(": ")[1] for problem in told} == {"sync_from", "foo"}


def test_a_number_ignored_twice_is_told_beside_other_problems(problems: Problems) -> None:
    told = problems("foo: 1\nignore_invoices: [{number: A, reason: x}, {number: A, reason: y}]\n")
    assert len(told) == 2


@pytest.mark.parametrize("written", ["0420", "12:30", "0x10", "1_000", "9" * 200])
def test_a_number_that_yaml_would_change_stays_as_it_is_written(
    space: Callable[..., SpaceConfig], written: str
) -> None:
    assert space(f"accounts: {{Desk: {written}}}").accounts == {"Desk": written}


def test_one_account_code_as_number_and_as_text_is_doubled(problems: Problems) -> None:
    assert problems('accounts: {4400: 8400, "4400": 8300}')


@pytest.mark.parametrize("written", ["'2026-W01-1'", "'20260101'"])
def test_a_quoted_date_has_one_form(problems: Problems, written: str) -> None:
    assert problems(f"members_from: {written}")


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "R R * * *"])
def test_a_schedule_that_has_no_fixed_time_is_refused(problems: Problems, cron: str) -> None:
    assert problems(f"schedule: '{cron}'")


def test_a_cost_centre_of_blanks_is_refused(problems: Problems) -> None:
    assert problems("vouchers: {cost_centre: ' '}")


def test_a_very_long_value_is_shortened(problems: Problems) -> None:
    (problem,) = problems(f"timezone: {'x' * 5000}")
    assert len(problem) < 400
