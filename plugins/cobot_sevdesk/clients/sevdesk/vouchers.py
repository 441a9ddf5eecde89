"""Vouchers, their documents and their tags in sevDesk."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import cache
from io import BufferedIOBase
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.pdf_files import Upload
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.pages import SERVICE, SevdeskWire
from cobot_sevdesk.clients.transport import Query
from cobot_sevdesk.domain.money import CENT, CURRENCY, ZERO
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import IMPORT_TAG, BookedPosition, BookedVoucher, Voucher
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import OutcomeUnknownError, Request, UnreadableAnswerError

PATH = "/Voucher"
OF_REVENUE: Query = {"creditDebit": parsing.REVENUE}
SAVE = "/Voucher/Factory/saveVoucher"
UPLOAD = "/Voucher/Factory/uploadTempFile"


class Vouchers:
    """The revenue vouchers of one sevDesk account."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire

    def iter(self, window: Window | None = None) -> Iterator[BookedVoucher]:
        """The revenue vouchers dated in the window, or all; every one once.

        The borders of sevDesk's date filter are contradictory in its documentation, so it is
        asked for two days more. Absence from a window proves nothing: dates can be edited.
        """
        if window is None:
            return self._iter({})
        start, end = _timestamp(window.start - 2 * DAY), _timestamp(window.end + 2 * DAY)
        return self._iter({"startDate": start, "endDate": end})

    def iter_changed_since(self, since: int) -> Iterator[BookedVoucher]:
        """The revenue vouchers made or changed since then (unix seconds), and maybe others."""
        return self._iter({"updateAfter": since - 1})

    def count(self) -> int | None:
        """How many revenue vouchers there are, if sevDesk says so; one request."""
        return self._wire.count(PATH, OF_REVENUE)

    def _iter(self, query: Query) -> Iterator[BookedVoucher]:
        for voucher in self._wire.iter(PATH, {**OF_REVENUE, **query}):
            if self._wire.parsed(PATH, parsing.is_revenue, voucher):
                yield self._wire.parsed(PATH, parsing.to_booked_voucher, voucher)

    def iter_positions(self) -> Iterator[BookedPosition]:
        """The positions of all vouchers; those of one side only cannot be asked for."""
        for position in self._wire.iter("/VoucherPos"):
            if position.optional_object("voucher") is not None:
                yield self._wire.parsed("/VoucherPos", parsing.to_booked_position, position)

    def upload_pdf(self, pdf: BufferedIOBase, name: str) -> str:
        """Upload a document; returns the name by which a voucher refers to it.

        Nothing is booked by an upload, so one whose answer was lost is sent once more.

        Raises:
            RemoteUnavailableError: that one got no answer either.
        """
        for _ in range(2):
            try:
                found = self._wire.write("POST", UPLOAD, upload=Upload(name, pdf))
                return _written(UPLOAD, found).text("filename")
            except (OutcomeUnknownError, UnreadableAnswerError):
                continue
        raise self._wire.away(UPLOAD, "no answer to two uploads")

    def create(
        self, voucher: Voucher, *, contact_id: str | None, filename: str | None
    ) -> BookedVoucher:
        """Save a new revenue voucher; one HTTP write, not repeatable.

        Raises:
            OutcomeUnknownError: it may stand in sevDesk now; look before trying again.
        """
        payload = payloads.voucher_payload(voucher, contact_id=contact_id, filename=filename)
        found = self._wire.write("POST", SAVE, payload=payload)
        try:
            saved = _written(SAVE, found)
            return parsing.to_booked_voucher(saved.optional_object("voucher") or saved)
        except UnreadableAnswerError:
            raise _open_outcome(SAVE) from None

    def shows_document(self, voucher_id: str) -> bool:
        """Whether the voucher itself shows a document; a list may leave it out."""
        return self._wire.single(f"{PATH}/{voucher_id}").optional_object("document") is not None

    def attach_pdf(self, voucher: BookedVoucher, filename: str, *, status: int | None) -> None:
        """Give our own half-done voucher its document; an open one is a draft for a moment.

        `status` is the voucher's status afterwards.

        Raises:
            RemoteUnavailableError: sevDesk does not show all its positions; they make the total.
        """
        whole, positions = self._whole(voucher.id)
        if voucher.status != DRAFT:
            self._wire.write("PUT", f"/Voucher/{voucher.id}/resetToDraft", payload={})
        payload = payloads.attachment_payload(
            whole,
            positions,
            filename=filename,
            status=status or DRAFT,
        )
        self._wire.write("POST", SAVE, payload=payload)

    def get_tags(
        self, names: frozenset[str], *, of: Iterable[str] | None = None
    ) -> dict[str, set[str]]:
        """Voucher id -> which of these tags it carries, read from the tag relations.

        With `of`, reading ends once each of these vouchers was seen with `Import`, which comes
        last and so proves the others: relations pile up, and what is asked for is recent.

        The voucher list has a tag filter, but sevDesk ignores filters that it does not
        understand, and a voucher does not show its tags: only relations can be checked.
        """
        path = "/TagRelation"
        unproven = None if of is None else set(of)
        known = cache(self._names_of_tags)
        tags: dict[str, set[str]] = defaultdict(set)
        for relation in self._wire.iter(path, {"embed": "tag"}, last_page_first=True):
            tag_id, name, target = self._wire.parsed(path, _ends, relation)
            name = name or known().get(tag_id or "")
            if not target or name not in names:
                continue
            tags[target].add(name)
            if unproven is not None and name == IMPORT_TAG:
                unproven.discard(target)
                if not unproven:
                    break
        return dict(tags)

    def create_tag(self, voucher_id: str, name: str) -> None:
        """Tie a tag to a voucher; one HTTP write, not repeatable."""
        payload = payloads.tag_payload(voucher_id, name)
        self._wire.write("POST", "/Tag/Factory/create", payload=payload)

    def _names_of_tags(self) -> dict[str, str]:
        return {
            tag.text("id"): name
            for tag in self._wire.iter("/Tag")
            if (name := tag.optional_text("name"))
        }

    def get_positions(self, voucher_id: str) -> list[BookedPosition]:
        """The positions of one voucher.

        Raises:
            RemoteUnavailableError: sevDesk does not show all of them.
        """
        _, found = self._whole(voucher_id)
        return [self._wire.parsed("/VoucherPos", parsing.to_booked_position, one) for one in found]

    def _whole(self, voucher_id: str) -> tuple[Fields, list[Fields]]:
        """A voucher and all its positions."""
        whole = self._wire.single(f"/Voucher/{voucher_id}")
        positions = self._positions(voucher_id)
        if not _make_the_total(positions, whole):
            raise self._wire.away("/VoucherPos", f"not all positions of voucher {voucher_id}")
        return whole, positions

    def _positions(self, voucher_id: str) -> list[Fields]:
        query = {"voucher[id]": voucher_id, "voucher[objectName]": "Voucher"}
        return [
            position
            for position in self._wire.iter("/VoucherPos", query)
            if position.object("voucher").text("id") == voucher_id
        ]


def _make_the_total(positions: list[Fields], whole: Fields) -> bool:
    """Whether they are all; where that cannot be added up, whether there is any.

    How sevDesk rounds a total is not documented: a cent for each position is no difference.
    """
    stated = [parsing.gross_of(one) for one in positions]
    total = parsing.gross_of(whole)
    if total is None or None in stated or whole.raw("currency") not in {None, CURRENCY}:
        return bool(positions)
    missing = total - sum((one for one in stated if one is not None), ZERO)
    return bool(positions) and abs(missing) <= CENT * len(positions)


def _ends(relation: Fields) -> tuple[str | None, str | None, str | None]:
    """The tag's id, its name where sevDesk embeds it, and the id of the voucher, if it is one."""
    tag, target = relation.optional_object("tag"), relation.optional_object("object")
    if tag is None or target is None or target.optional_text("objectName") != "Voucher":
        return None, None, None
    return tag.optional_text("id"), tag.optional_text("name"), target.optional_text("id")


def _written(path: str, found: list[Fields]) -> Fields:
    if not found:
        raise _open_outcome(path)
    return found[0]


def _open_outcome(path: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(Request(SERVICE, "POST", path), detail="unreadable answer")


def _timestamp(day: date) -> int:
    """Midnight in Berlin, where sevDesk's calendar is kept, in unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
