"""The procedure documentation says what the configuration does, nothing else."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cobot_sevdesk.config import SpaceConfig
from cobot_sevdesk.config.__main__ import main
from cobot_sevdesk.config.procedure import procedure

Space = Callable[..., SpaceConfig]


def test_it_follows_the_configuration(space: Space) -> None:
    told = procedure(
        space(
            "vouchers: {due_in_days: 14, cost_centre: 100, corrections: held_back}\n"
            "accounts: {Flex: 4400}\ntax: {zero_rate: {third_country: 17}, split_vouchers: true}\n"
            "ignore_invoices: [{number: R-1, reason: von Hand}]\n"
        )
    )
    for part in (
        "ab 01.01.2026",
        "fällig 14 Tage später",
        "Kostenstelle: 100",
        "Flex → 4400",
        "Empfänger Drittland: Steuerregel 17",
        "Empfänger Inland: nicht festgelegt, die Rechnung wartet",
        "werden zwei Belege",
        "Korrekturen: warten",
        "Ausgenommen: R-1 (von Hand)",
    ):
        assert part in told


def test_a_small_business_names_its_paragraph(space: Space) -> None:
    told = procedure(space("tax: {small_business: true}\n"))
    assert "Steuerregel 11" in told
    assert "Steuerregel 1 (" not in told


def test_the_command_prints_it_or_says_what_is_wrong(
    folder: Path,
    put: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COBOT_SEVDESK_SPACE_CONFIGS", str(folder))
    put("elbe-hub.yaml")
    assert main(["procedure", "elbe-hub"]) == 0
    assert "Space elbe-hub" in capsys.readouterr().out
    assert main(["procedure", "nowhere"]) == 1
    assert "nowhere.yaml" in capsys.readouterr().err
