"""Cobot's API 2: spaces, invoices with their PDFs, memberships, teams, contacts, as JSON:API."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from sandbox.answers import with_nulls
from sandbox.cobot_access import find, in_path, required_filters
from sandbox.cobot_shapes import OF_A_SPACE, SPACE, linked, related, resource
from sandbox.cobot_space import CobotSpace, an_id
from sandbox.pdf import invoice_pdf
from sandbox.world import World

Json = dict[str, Any]
LARGEST_PAGE = 200
PIECES_PER_SECOND = 10


class CobotApi2:
    """The endpoints; each gets the request, its body and the spaces its token sees."""

    def __init__(self, world: World) -> None:
        self._world = world

    def user(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """The owner of the token; with `include=adminOf` also the spaces, as far as readable."""
        base = str(request.base_url)
        administered = [{"id": space.id, "type": "spaces"} for space in spaces]
        relations = {"adminOf": administered, "memberOf": [], "memberships": []}
        found: Json = {
            "data": resource(
                "users",
                an_id("user"),
                {"email": "betrieb@example.org"},
                **{name: {"data": targets} for name, targets in relations.items()},
            )
        }
        asked = "adminOf" in request.query_params.get("include", "")
        if asked and self._world.switches.user_is_readable:
            found["included"] = [_space(space, base) for space in spaces]
        return found

    def space(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One space."""
        return {"data": _space(in_path(request, spaces), str(request.base_url))}

    def urls(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """Pages for people, as templates; here they all lead to the sandbox's own page."""
        in_path(request, spaces)
        page = f"{request.base_url}_sandbox"
        pages = (
            ("admin:accounting-codes", "Accounting codes", {"url": page}),
            ("admin:invoice", "An invoice", {"urlTemplate": f"{page}#{{invoiceId}}{{?print}}"}),
            ("admin:membership", "A member", {"urlTemplate": f"{page}#{{membershipId}}"}),
        )
        rows = [
            resource("urls", an_id("url", name), {"identifier": name, "label": label, **where})
            for name, label, where in pages
        ]
        return {"data": rows}

    # --- invoices

    def invoices(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """The invoices of a span of dates, a page of them."""
        space = in_path(request, spaces)
        rows = [row for row in space.invoices.values() if self._is_asked_for(request, row)]
        order = self._world.switches.invoice_order
        if order == "shuffled":
            random.Random(len(rows)).shuffle(rows)
        else:
            rows.sort(key=lambda r: r["attributes"]["invoiceDate"], reverse=order == "newest")
        shown = [self._invoice(request, space, row) for row in rows]
        for row in shown[: self._world.switches.invoices_without_id]:
            del row["id"]
        if self._world.switches.doubled_invoice_numbers:
            for row in shown:
                row["attributes"]["number"] = shown[0]["attributes"]["number"]
        return self._page(request, shown)

    def _is_asked_for(self, request: Request, row: Json) -> bool:
        first = request.query_params.get("filter[from]", "")
        last = request.query_params.get("filter[to]", "9999")
        day = row["attributes"]["invoiceDate"]
        if self._world.switches.invoice_dates == "ignored":
            return True
        if self._world.switches.invoice_dates == "exclusive":
            return bool(first < day < last)
        return bool(first <= day <= last)

    def invoice(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One invoice."""
        space, row = find(spaces, "invoices", request.path_params["id"])
        return {"data": self._invoice(request, space, row)}

    def pdf(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Response:
        """The document of an invoice, made anew for each request."""
        id_ = request.path_params["id"]
        space, row = find(spaces, "invoices", id_)
        attributes = row["attributes"]
        salt = "" if id_ in space.archived else str(time.time_ns())
        document = invoice_pdf(
            [
                f"Rechnung {attributes['number']}",
                f"{space.name}, {attributes['invoiceDate']}",
                f"{attributes['totalAmount']['gross']} {attributes['totalAmount']['currency']}",
            ],
            salt,
        )
        if id_ in space.damaged:
            document = document[: len(document) // 2]
        document = document.ljust(self._world.switches.smallest_pdf)
        speed = self._world.switches.pdf_bytes_per_second
        if not speed:
            return Response(document, media_type="application/pdf")
        return StreamingResponse(_trickling(document, speed), media_type="application/pdf")

    def _invoice(self, request: Request, space: CobotSpace, row: Json) -> Json:
        switches = self._world.switches
        attributes = {**row["attributes"], "pdf": _pdf_of(request, space, row["id"])}
        debtor, relations = row["debtor"], {}
        if debtor and switches.debtor_relation != "deprecated":
            relations["debitor"] = related(*debtor)
        if debtor and switches.debtor_relation != "debitor":
            relations[debtor[0].removesuffix("s")] = related(*debtor)
        if row.get("corrects"):
            relations["correctedInvoice"] = related("invoices", row["corrects"])
        relations["space"] = related("spaces", space.id)
        methods = f"{request.base_url}api/invoices/{row['id']}/payment_methods"
        relations["paymentMethods"] = linked(methods)
        if switches.customer_number_on_invoice == "follows" and debtor:
            member = space.members.get(debtor[1])
            if member:
                attributes["customerNumber"] = member["customer_number"]
        return resource("invoices", row["id"], attributes, **relations)

    # --- debtors

    def memberships(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """Confirmed memberships."""
        space = in_path(request, spaces)
        first, last = required_filters(request)
        shown = [
            _membership(space, member)
            for member in space.members.values()
            if member["confirmed_at"]
            and _day(member["confirmed_at"]) <= last
            and (not member["canceled_to"] or _day(member["canceled_to"]) >= first)
        ]
        return self._page(request, shown)

    def membership(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One membership."""
        return {"data": _membership(*find(spaces, "members", request.path_params["id"]))}

    def teams(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """Teams."""
        space = in_path(request, spaces)
        required_filters(request)
        return self._page(request, [_of_space("teams", space, *t) for t in space.teams.items()])

    def team(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One team."""
        id_ = request.path_params["id"]
        space, team = find(spaces, "teams", id_)
        return {"data": _of_space("teams", space, id_, team)}

    def contacts(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """External contacts."""
        space = in_path(request, spaces)
        return self._page(request, [_contact(space, *pair) for pair in space.contacts.items()])

    def contact(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """One external contact."""
        id_ = request.path_params["id"]
        space, contact = find(spaces, "contacts", id_)
        return {"data": _contact(space, id_, contact)}

    def cost_centers(self, request: Request, _body: bytes, spaces: list[CobotSpace]) -> Json:
        """Cost centres."""
        space = in_path(request, spaces)
        rows = [
            _of_space("costCenters", space, an_id("costCenter", one["number"]), one)
            for one in space.cost_centers
        ]
        return {"data": with_nulls(rows, self._world.switches)}

    def _page(self, request: Request, rows: list[Json]) -> Json:
        query, switches = request.query_params, self._world.switches
        size = min(LARGEST_PAGE, switches.cobot_page_cap, int(query.get("page[size]", "72")))
        size = max(1, size)
        number = max(1, int(query.get("page[number]", "1")))
        pages = max(1, -(-len(rows) // size))

        def link(target: int) -> str:
            url = request.url.include_query_params(**{"page[number]": target, "page[size]": size})
            return str(url) if switches.links == "absolute" else f"{url.path}?{url.query}"

        found: Json = {
            "data": with_nulls(rows[(number - 1) * size : number * size], switches),
            "meta": {"totalPages": pages, "currentPage": number},
        }
        if switches.links != "absent":
            found["links"] = {
                "self": link(number),
                "first": link(1),
                "prev": link(number - 1) if number > 1 else None,
                "next": link(number + 1) if number < pages else None,
                "last": link(pages),
            }
        return found


async def _trickling(document: bytes, bytes_per_second: int) -> AsyncIterator[bytes]:
    """A document, a few bytes at a time."""
    size = max(1, bytes_per_second // PIECES_PER_SECOND)
    for start in range(0, len(document), size):
        yield document[start : start + size]
        await asyncio.sleep(size / bytes_per_second)


def _space(space: CobotSpace, base: str) -> Json:
    attributes = {
        **SPACE,
        "name": space.name,
        "email": f"{space.subdomain}@example.org",
        "subdomain": space.subdomain,
        "countryCode": space.country,
    }
    links = {name: linked(f"{base}spaces/{space.id}/{name}") for name in OF_A_SPACE}
    owner = related("users", an_id("owner", space.subdomain))
    return resource("spaces", space.id, attributes, owner=owner, **links)


def _pdf_of(request: Request, space: CobotSpace, invoice_id: str) -> Json:
    pass_ = an_id("pdf", invoice_id)[:5]
    return {
        "archived": invoice_id in space.archived,
        "eInvoiceStandard": None,
        "eInvoice": False,
        "url": f"{request.base_url}invoices/{invoice_id}.pdf?token={pass_}",
    }


def _membership(space: CobotSpace, member: Json) -> Json:
    attributes = {
        "name": member["name"],
        "email": member["email"],
        "phone": member["phone"],
        "company": member["address"]["company"],
        "confirmedAt": _day(member["confirmed_at"]),
        "canceledAt": _day(member["canceled_to"]),
        "photo": None,
    }
    team = {"team": related("teams", member["team_id"])} if member["team_id"] else {}
    owner = related("spaces", space.id)
    return resource("memberships", member["id"], attributes, space=owner, **team)


def _contact(space: CobotSpace, id_: str, contact: Json) -> Json:
    relations = {"space": related("spaces", space.id), "membership": related("memberships", None)}
    return resource("contacts", id_, contact, **relations)


def _of_space(kind: str, space: CobotSpace, id_: str, attributes: Json) -> Json:
    return resource(kind, id_, attributes, space=related("spaces", space.id))


def _day(moment: str | None) -> Any:
    """The date of a moment of API 1 as API 2 writes it; null stays null."""
    return moment[:10].replace("/", "-") if moment else None
