"""The seeded world: two spaces in January 2026, with every odd case that real ones have."""

from sandbox.cobot_space import CobotSpace, an_id, line
from sandbox.world import World

ELBE, ISAR = "elbe-hub", "isar-loft"
ELBE_COBOT, ISAR_COBOT = "sandbox-cobot-elbe", "sandbox-cobot-isar"
ELBE_SEVDESK = an_id("sevdesk", ELBE)
ISAR_SEVDESK = an_id("sevdesk", ISAR)


def build_demo(world: World) -> None:
    """Fill an empty world."""
    _build_elbe(world)
    _build_isar(world)


def _build_elbe(world: World) -> None:
    space = world.add_space(ELBE, token=ELBE_COBOT, sevdesk_token=ELBE_SEVDESK, name="Elbe Hub")
    world.add_tenant(ELBE_SEVDESK, chart="skr04", cost_centres=("100", "200"))
    members = _elbe_members(space)
    _elbe_odd_invoices(space, members)
    for week in range(55):
        for index in range(4):
            day = f"2026-01-{1 + (week * 4 + index) % 9:02}"
            debtor = ("memberships", members[(week + index) % 8])
            net = f"{40 + (week * 7 + index * 13) % 160}.00"
            space.add_invoice(day, [line(net)], debtor=debtor)
    _elbe_strangers(world)


def _elbe_members(space: CobotSpace) -> list[str]:
    blob = {"full_address": "Am Kai 4\n20457 Hamburg\nDeutschland"}
    parts = {"address": "Hafenstr. 2", "post_code": "20459", "city": "Hamburg", "country": "DE"}
    return [
        space.sign_up("Ada Beispiel", confirmed="2026-01-01", number="17"),
        space.sign_up("Bert von Muster", confirmed="2026-01-02", address=parts),
        space.sign_up(
            "Cleo Probe", company="Probe & Söhne GmbH", confirmed="2026-01-02", address=parts
        ),
        space.sign_up("Dora Ohnepost", confirmed="2026-01-03", email=None, address=blob),
        space.sign_up(
            "Emil Übersee",
            confirmed="2026-01-04",
            address={"full_address": "1 Pier Road\nSpringfield", "country": "Atlantis"},
        ),
        space.sign_up(None, company="Nur Firma UG", confirmed="2026-01-04", address=blob),
        space.sign_up("Greta Später", confirmed="2026-01-05"),
        space.sign_up("Hans Gekündigt", confirmed="2026-01-01"),
    ]


def _elbe_odd_invoices(space: CobotSpace, members: list[str]) -> None:
    ada, bert = (("memberships", member) for member in members[:2])
    space.sign_up("Ida Unbestätigt", confirmed=None)
    space.cancel(members[7], "2026-01-31")
    gone = space.sign_up("Jan Gelöscht", confirmed="2026-01-01")
    space.add_invoice("2026-01-02", [line("80.00")], debtor=("memberships", gone))
    space.delete_member(gone)
    space.add_invoice(
        "2026-01-01",
        [line("100.00"), line("20.00", "7", code="4300", description="Buch")],
        debtor=ada,
    )
    space.add_invoice(
        "2026-01-02",
        [line("150.00"), line("-50.00", description="Gutschrift")],
        debtor=bert,
        paidStatus="paid",
        paidDate="2026-01-02",
    )
    wrong = space.add_invoice("2026-01-02", [line("90.00")], debtor=bert, paidStatus="writtenOff")
    space.correct_invoice(wrong, "2026-01-04")
    _elbe_invoices_to_look_at(space, members)


def _elbe_invoices_to_look_at(space: CobotSpace, members: list[str]) -> None:
    ada, bert, cleo = (("memberships", member) for member in members[:3])
    space.add_invoice("2026-01-03", [line("60.00", "0", code="4110")], debtor=ada)
    space.add_invoice(
        "2026-01-03",
        [line("75.00", "0", code="4338")],
        recipient={"company": "Alpen AG", "fullAddress": "Gasse 9, Zürich", "countryCode": "CH"},
    )
    space.add_invoice(
        "2026-01-03",
        [line("35.00", code="MeetingRoom", paid=True)],
        debtor=cleo,
        number="EL-BY-HAND",
    )
    space.add_invoice("2026-01-04", [line("50.00", code=None)], debtor=ada)
    for day in ("2026-01-03", "2026-01-04", "2026-01-05"):
        space.add_invoice(day, [line("25.00", code="Podcast")], debtor=cleo)
    space.add_invoice("2026-01-04", [line("120.00")], debtor=bert, currency="CHF")
    space.add_invoice(
        "2026-01-05",
        [line("30.00", "0", code="4000")],
        recipient={"name": "Luc Privé", "fullAddress": "Rue 1, Lyon", "countryCode": "FR"},
    )
    space.add_invoice("2026-01-05", [line("40.00"), line("-40.00")], debtor=ada)
    visitor = space.add_contact("Tagesgast Tom")
    space.add_invoice("2026-01-05", [line("15.00")], debtor=("contacts", visitor))


def _elbe_strangers(world: World) -> None:
    """What people made in sevDesk by hand: to be respected, never touched."""
    tenant = world.tenants[ELBE_SEVDESK]
    category = {"id": 3, "objectName": "Category"}
    tenant.create_contact({"name": "Fremde GmbH", "category": category, "customerNumber": "17"})
    tenant.save_voucher(
        {
            "voucher": {
                "objectName": "Voucher",
                "mapAll": True,
                "voucherDate": "03.01.2026",
                "description": "Rechnung EL-BY-HAND",
                "supplierName": "Probe & Söhne GmbH",
                "status": 100,
                "taxRule": {"id": 1, "objectName": "TaxRule"},
                "creditDebit": "D",
                "voucherType": "VOU",
                "currency": "EUR",
            },
            "voucherPosSave": [
                {
                    "objectName": "VoucherPos",
                    "mapAll": True,
                    "accountDatev": {"id": 5192, "objectName": "AccountDatev"},
                    "taxRate": 19,
                    "net": False,
                    "sumGross": "41.65",
                }
            ],
            "filename": None,
        }
    )


def _build_isar(world: World) -> None:
    space = world.add_space(ISAR, token=ISAR_COBOT, sevdesk_token=ISAR_SEVDESK, name="Isar Loft")
    world.add_tenant(ISAR_SEVDESK, chart="skr03", cost_centres=(), first_customer_number=10001)
    kim = space.sign_up("Kim Sample", confirmed="2026-01-02", number="5")
    lea = space.sign_up("Lea Sample", confirmed="2026-01-03")
    team = space.add_team("Loft Kollektiv", number="t-1241")
    world.tenants[ISAR_SEVDESK].create_contact(
        {
            "surename": "Kim",
            "familyname": "Sample",
            "category": {"id": 3, "objectName": "Category"},
            "customerNumber": "5",
        }
    )
    for day in range(1, 10):
        debtor = ("memberships", kim if day % 2 else lea)
        items = [line("119.50", code="FlexPlan"), line("12.34", code="MeetingRoom")]
        space.add_invoice(f"2026-01-{day:02}", items, debtor=debtor)
    space.add_invoice("2026-01-04", [line("300.00", code="FlexPlan")], debtor=("teams", team))
    space.add_invoice("2026-01-05", [line("45.00", code="Locker")], debtor=("memberships", lea))


def tokens_of_new(slug: str) -> tuple[str, str]:
    """The tokens of Cobot and sevDesk of a space that somebody adds, always the same ones."""
    return f"sandbox-cobot-{slug}", an_id("sevdesk", slug)


def build_new(world: World, slug: str, *, day: str) -> None:
    """One more space, with two members and three invoices."""
    cobot, sevdesk = tokens_of_new(slug)
    name = slug.replace("-", " ").title()
    space = world.add_space(slug, token=cobot, sevdesk_token=sevdesk, name=name)
    world.add_tenant(sevdesk, cost_centres=())
    mia = space.sign_up("Mia Sample", confirmed=day)
    noa = space.sign_up("Noa Sample", company="Noa Werkstatt", confirmed=day)
    for net, member in (("80.00", mia), ("95.00", noa), ("40.00", mia)):
        space.send_invoice(net, day=day, member_id=member)
