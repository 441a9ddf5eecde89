"""One page with both sides: Cobot's invoices beside the vouchers they became."""

import hashlib
import re
from base64 import b32encode
from decimal import Decimal
from html import escape
from typing import Any

from sandbox.cobot_space import CobotSpace
from sandbox.tenant import Tenant
from sandbox.world import World, tenant_ledger

Json = dict[str, Any]
_MARKER = re.compile(r"\[COBOT:([A-Z2-7]{10})\]")

_HEAD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sandbox</title>
<meta name="viewport" content="width=device-width">
<style>
:root{color-scheme:light dark;--line:light-dark(#d8dde3,#3a414a);--soft:light-dark(#f5f7f9,#20252b);
--mute:light-dark(#68737f,#98a3ae);--good:light-dark(#137a4b,#4ccb8f);--warn:light-dark(#b35900,#ffb054)}
body{font:14px/1.45 system-ui,sans-serif;margin:0 auto;max-width:1320px;padding:24px}
h1{font-size:20px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}
h3{font-size:14px;margin:20px 0 6px}
p{color:var(--mute);margin:0}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:5px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--mute);font-weight:500;font-size:12px}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
td.gap{border-left:3px solid var(--line);background:var(--soft)}
.chip{border:1px solid var(--line);border-radius:9px;padding:0 7px;font-size:12px;margin-right:4px}
.Mismatch{color:var(--warn);border-color:var(--warn)}.Import{color:var(--good);border-color:var(--good)}
:target,.found{background:light-dark(#fff3c4,#4a4013)}.none{color:var(--mute);font-style:italic}
.sums{display:flex;gap:32px;background:var(--soft);padding:12px 16px;border-radius:8px}
.sums b{display:block;font-size:18px}a{color:inherit}
</style></head><body><h1>Sandbox: Cobot beside sevDesk</h1>
<p>Both services are simulated on this machine. Cobot on the left, what it became in sevDesk
on the right.</p>"""

_TAIL = """<script>
setInterval(async () => {
  const text = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(text, "text/html");
  document.body.replaceChildren(...fresh.body.childNodes);
  if (location.hash) document.getElementById(location.hash.slice(1))?.classList.add("found");
}, 4000);
</script></body></html>"""


def page(world: World) -> str:
    """The page as HTML, without anything from outside."""
    parts = [_HEAD]
    for subdomain, space in world.spaces.items():
        tenant = world.tenants.get(world.pairs.get(subdomain, ""))
        if tenant is not None:
            parts.append(_space(subdomain, space, tenant))
    return "".join([*parts, _TAIL])


def _space(subdomain: str, space: CobotSpace, tenant: Tenant) -> str:
    ledger = tenant_ledger(tenant)
    vouchers = {key: v for v in ledger["vouchers"] for key in _keys(v)}
    contacts = {key: c for c in ledger["contacts"] for key in _keys(c)}
    by_id = {contact["id"]: contact for contact in ledger["contacts"]}
    invoices = sorted(
        space.invoices.values(),
        key=lambda i: (i["attributes"]["invoiceDate"], i["attributes"]["number"]),
    )
    rows = "".join(_invoice_row(subdomain, i, vouchers, by_id, tenant) for i in invoices)
    people = "".join(_member_row(m, contacts) for m in space.members.values())
    return f"""<h2>{escape(space.name)}</h2>{_sums(invoices, ledger["vouchers"])}
<h3>Members and contacts</h3><table><tr><th>Member<th>Confirmed<th>Number in Cobot
<th>Contact<th>Number in sevDesk<th>Address</tr>{people}</table>
<h3>Invoices and vouchers</h3><table><tr><th>Invoice<th>Date<th>Recipient<th class=n>Gross
<th>Voucher<th>Tags<th>Contact<th>Accounts<th>Cost centre<th>Due<th>PDF</tr>{rows}</table>"""


def _sums(invoices: list[Json], vouchers: list[Json]) -> str:
    gross = sum((Decimal(i["attributes"]["totalAmount"]["gross"]) for i in invoices), Decimal(0))
    ours = [v for v in vouchers if _keys(v)]
    booked = sum((Decimal(v["sumGross"]) for v in ours), Decimal(0))
    return f"""<div class=sums><div>Cobot<b>{len(invoices)} invoices</b>{gross:,.2f} EUR</div>
<div>sevDesk<b>{len(ours)} vouchers</b>{booked:,.2f} EUR</div>
<div>made by others<b>{len(vouchers) - len(ours)}</b>left alone</div></div>"""


def _member_row(member: Json, contacts: dict[str, Json]) -> str:
    contact = contacts.get(_key(f"membership:{member['id']}"))
    name = member["address"]["company"] or member["name"]
    left = (
        f"<td>{escape(name)}<td>{(member['confirmed_at'] or 'not yet')[:10]}"
        f"<td>{escape(member['customer_number'] or '')}"
    )
    if contact is None:
        return f"<tr id={member['id']}>{left}<td class='gap none' colspan=3>no contact of ours</tr>"
    person = f"{contact['surename'] or ''} {contact['familyname'] or ''}".strip()
    address = contact["addresses"][0] if contact["addresses"] else {}
    place = f"{address.get('zip') or ''} {address.get('city') or ''}"
    return (
        f"<tr id={member['id']}>{left}"
        f"<td class=gap id=contact-{contact['id']}>{escape(contact['name'] or person)}"
        f"<td>{contact['customerNumber']}<td>{escape(place)}</tr>"
    )


def _invoice_row(
    subdomain: str,
    invoice: Json,
    vouchers: dict[str, Json],
    contacts: dict[str, Json],
    tenant: Tenant,
) -> str:
    attributes = invoice["attributes"]
    recipient = attributes["recipientAddress"]
    name = recipient.get("company") or recipient.get("name") or ""
    left = (
        f"<td>{escape(attributes['number'])}<td>{attributes['invoiceDate']}<td>{escape(name)}"
        f"<td class=n>{Decimal(attributes['totalAmount']['gross']):,.2f}"
    )
    voucher = vouchers.get(_key(f"invoice:{invoice['id']}"))
    if voucher is None:
        return f"<tr id={invoice['id']}>{left}<td class='gap none' colspan=7>no voucher</tr>"
    chips = "".join(f"<span class='chip {tag}'>{tag}</span>" for tag in voucher["tags"])
    contact = contacts.get((voucher.get("supplier") or {}).get("id", ""))
    who = contact["customerNumber"] if contact else f"({voucher['supplierName']})"
    numbers = {str(a["accountDatevId"]): a["accountNumber"] for a in tenant.chart}
    accounts = ", ".join(
        f"{numbers.get(str((p['accountDatev'] or {}).get('id')))} {p['taxRate']} %"
        for p in voucher["positions"]
    )
    centre = voucher.get("costCentre")
    centre_number = tenant.tables["CostCentre"][centre["id"]]["number"] if centre else ""
    pdf = f"<a href='/_sandbox/document/{subdomain}/{voucher['id']}'>PDF</a>"
    status = {"50": "draft", "100": "open"}.get(voucher["status"], voucher["status"])
    return (
        f"<tr id={invoice['id']}>{left}<td class=gap id=voucher-{voucher['id']}>"
        f"{voucher['id']} {status}<td>{chips}<td>{escape(str(who))}"
        f"<td>{accounts}<td>{centre_number}<td>{(voucher['paymentDeadline'] or '')[:10]}"
        f"<td>{pdf if voucher.get('document') else ''}</tr>"
    )


def _keys(row: Json) -> list[str]:
    return _MARKER.findall(row.get("description") or "")


def _key(source: str) -> str:
    return b32encode(hashlib.sha256(source.encode()).digest()).decode()[:10]
