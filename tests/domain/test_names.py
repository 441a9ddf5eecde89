"""Organisations and people by their names; nothing of a name is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cobot_sevdesk.domain.contact import fold_name, to_contact
from cobot_sevdesk.domain.invoice import Address
from cobot_sevdesk.domain.names import is_organisation, split_name
from support.builders import a_member

ORGANISATIONS = """
Müller, Schmidt & Partner GbR | Müller, Schmidt & Partner | Müller & Co. | Meyer und Partner
Probe GmbH | Probe gGmbH | PROBE GMBH | Probe GmbH & Co. KG | Probe GmbH i. G. | Probe eG
Probe UG (haftungsbeschränkt) | Probe AG | PROBE AG | Probe KG | Probe OHG | Kanzlei PartG mbB
Elbe e.V. | Elbe e. V. | Elbe e.V. Hamburg | Anna Muster e.K. | Stiftung Muster | Muster Stiftung
Bürgerstiftung Elbe | Anna-Muster-Stiftung | Probe Ltd | Probe Ltd. | Probe Limited | Probe, Inc.
Probe LLC | Probe Co., Ltd. | Prova S.r.l. | Prova Srl | Prova S.p.A. | Proef B.V. | Proef BV
Proef N.V. | Essai SAS | Essai SA | Essai S.A. | Essai S.à r.l. | Ejemplo S.L. | Probe s.r.o.
Probe SA/NV | Probe Sp.z.o.o. | Probe OG | Anna Muster e.U. | Probe GesbR | Probe VVaG | Probe AöR
Probe Gesellschaft mit beschränkter Haftung | Probe Aktiengesellschaft | Förderverein Probe
Wohnungsgenossenschaft Elbe | Probe gemeinnützige GmbH | Probe Stiftung & Co. KG | 株式会社サンプル
Probe UG (haftungsbeschränkt) & Co. KG | Probe SE & Co. KGaA | Probe, Ltd. | Probe S.A.R.L.
Probe Sp. z o.o. | Probe d.o.o. | Probe Oy | Probe AB | Probe ApS | Probe A/S | Probe SE
Muster Handel AG | Probe Corp. | Proef SA/NV.
"""


@pytest.mark.parametrize("name", re.split(r" \| |\n", ORGANISATIONS.strip()))
def test_a_legal_form_makes_an_organisation(name: str) -> None:
    assert is_organisation(name)
    contact = to_contact(a_member(name=name, address=Address(name=name)))
    assert (contact.company, contact.first_name, contact.last_name) == (name, None, None)


PEOPLE = [
    ("Muster, Anna", "Anna", "Muster"),
    ("Muster,Anna", "Anna", "Muster"),
    ("Anna Muster", "Anna", "Muster"),
    ("Anna Muster, M.A.", "Anna", "Muster, M.A."),
    ("Dr. Eva Beispiel, LL.M.", "Dr. Eva", "Beispiel, LL.M."),
    ("Jan Probe, MBA", "Jan", "Probe, MBA"),
    ("Jan Probe MBA", "Jan", "Probe MBA"),
    ("Jan Probe (MBA)", "Jan", "Probe (MBA)"),
    ("Jan Probe, (MBA)", "Jan", "Probe, (MBA)"),
    ("Jan Probe, B.Sc., M.Sc.", "Jan", "Probe, B.Sc., M.Sc."),
    ("Jan Probe, Dipl.-Ing. (FH)", "Jan", "Probe, Dipl.-Ing. (FH)"),
    ("Eva Beispiel, Rechtsanwältin", "Eva", "Beispiel, Rechtsanwältin"),
    ("John Doe, Jr.", "John", "Doe, Jr."),
    ("Prof. Dr. Eva Beispiel, M.Sc.", "Prof. Dr. Eva", "Beispiel, M.Sc."),
    ("Beispiel, Prof. Dr. Eva, M.Sc.", "Prof. Dr. Eva", "Beispiel, M.Sc."),
    ("Eva Beispiel, M. Sc.", "Eva", "Beispiel, M. Sc."),
    ("Eva von Beispiel, B. A.", "Eva", "von Beispiel, B. A."),
    ("von Beispiel, B. A.", "B. A.", "von Beispiel"),
    ("Eva Beispiel, B.A. (Hons)", "Eva", "Beispiel, B.A. (Hons)"),
    ("Eva Beispiel, WP/StB", "Eva", "Beispiel, WP/StB"),
    ("Beispiel, WP/Eva", "WP/Eva", "Beispiel"),
    ("Architektin Eva Beispiel", "Architektin Eva", "Beispiel"),
    ("Eva Beispiel, Diplom-Ingenieurin", "Eva", "Beispiel, Diplom-Ingenieurin"),
    ("Eva Beispiel, Architektin", "Eva", "Beispiel, Architektin"),
    ("Eva Beispiel, Mag. iur.", "Eva", "Beispiel, Mag. iur."),
    ("Müller & Schmidt", None, "Müller & Schmidt"),
    ("& Schmidt", None, "& Schmidt"),
    ("Anna und Jan Muster", "Anna und Jan", "Muster"),
    ("Wolfgang Stift", "Wolfgang", "Stift"),
    ("Muster, Anna, M.A.", "Anna", "Muster, M.A."),
    ("Muster, Dr. Anna", "Dr. Anna", "Muster"),
    ("Muster, Dr. med.", None, "Muster, Dr. med."),
    ("Muster, M. A.", "M. A.", "Muster"),
    ("Muster, Anna, Hamburg", None, "Muster, Anna, Hamburg"),
    ("Muster, Anna & Jan", "Anna & Jan", "Muster"),
    # Names that look like a legal form, or a degree.
    ("Anna Ag", "Anna", "Ag"),
    ("Maria Co", "Maria", "Co"),
    ("MARIA SA", "MARIA", "SA"),
    ("Sven As", "Sven", "As"),
    ("Anna Meng", "Anna", "Meng"),
    ("García Muestra, J. R", "J. R", "García Muestra"),
    ("Sia Muster", "Sia", "Muster"),
    ("Li, Ma", "Ma", "Li"),
    ("Wei Ma", "Wei", "Ma"),
    ("LI WEI MA", "LI WEI", "MA"),
    ("Eva S. A. Muster", "Eva S. A.", "Muster"),
    ("B. V. Raman", "B. V.", "Raman"),
    ("AG", None, "AG"),
    ("Karl E Partner", "Karl E", "Partner"),
    # Particles, several family names, one word only.
    ("Ada von Lovelace", "Ada", "von Lovelace"),
    ("von Lovelace, Ada", "Ada", "von Lovelace"),
    ("von Lovelace", None, "von Lovelace"),
    ("von der", None, "von der"),
    ("Al Beispiel", "Al", "Beispiel"),
    ("Ludwig van der Beispiel", "Ludwig", "van der Beispiel"),
    ("García Muestra, María José", "María José", "García Muestra"),
    ("María José García Muestra", "María José García", "Muestra"),
    ("Cher", None, "Cher"),
    ("李小样", None, "李小样"),
    ("ada@example.com", None, "ada@example.com"),
]


@pytest.mark.parametrize(("name", "first", "last"), PEOPLE)
def test_a_person_has_a_first_and_a_last_name(name: str, first: str | None, last: str) -> None:
    assert not is_organisation(name)
    assert split_name(name) == (first, last)
    contact = to_contact(a_member(name=name, address=Address(name=name)))
    assert (contact.company, contact.first_name, contact.last_name) == (None, first, last)


_words = st.sampled_from(
    "Anna Muster von , , M.A. Dr. MBA Ag & Partner (FH) van Müller 李 Jr.".split()
)


@given(st.lists(_words, min_size=1, max_size=8))
def test_no_word_of_a_name_is_lost_or_invented(words: list[str]) -> None:
    name = " ".join(words)
    first, last = split_name(name)
    assert sorted(re.findall(r"[\w&]+", f"{first or ''} {last}")) == sorted(
        re.findall(r"[\w&]+", name)
    )


def test_a_company_that_is_given_wins_over_the_name() -> None:
    member = a_member(address=Address(name="Anna Muster", company="Muster"))
    assert to_contact(member).company == "Muster"


@pytest.mark.parametrize(
    ("name", "own_name", "email", "expected"),
    [
        ("Anna Muster", "Eva Muster", "anna@example.com", ("Anna", "Muster")),
        (None, "Eva Muster", "anna@example.com", ("Eva", "Muster")),
        (None, "", "anna@example.com", (None, "anna@example.com")),
        (None, None, None, ("Cobot", "mem-1")),
    ],
)
def test_who_has_no_name_is_called_by_email_or_id(
    name: str | None, own_name: str | None, email: str | None, expected: tuple[str | None, str]
) -> None:
    contact = to_contact(a_member(name=own_name, email=email, address=Address(name=name)))
    assert (contact.first_name, contact.last_name) == expected


@pytest.mark.parametrize("name", ["MÜLLER-MUSTER,  Anna", "Muller Muster (Anna)"])
def test_names_compare_without_case_accents_and_punctuation(name: str) -> None:
    assert fold_name(name) == "muller muster anna"
