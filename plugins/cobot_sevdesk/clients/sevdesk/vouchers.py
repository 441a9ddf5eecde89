"""Vouchers, their documents and their tags in sevDesk."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from functools import cache
from io import BufferedIOBase
from zoneinfo import ZoneInfo

from cobot_sevdesk.clients.bodies import Upload
from cobot_sevdesk.clients.json_fields import Fields
from cobot_sevdesk.clients.sevdesk import parsing, payloads
from cobot_sevdesk.clients.sevdesk.envelope import SERVICE, SevdeskWire
from cobot_sevdesk.clients.transport import Query
from cobot_sevdesk.domain.money import CENT, CURRENCY
from cobot_sevdesk.domain.rules import DRAFT
from cobot_sevdesk.domain.voucher import (
    IMPORT_TAG,
    BookedPosition,
    BookedVoucher,
    SavedVoucher,
    Voucher,
)
from cobot_sevdesk.domain.window import DAY, Window
from cobot_sevdesk.errors import (
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteUnavailableError,
    Request,
    UnreadableAnswerError,
)

VOUCHERS = "/Voucher"
POSITIONS = "/VoucherPos"
TAGS = "/Tag"
TAG_RELATIONS = "/TagRelation"
SAVE = "/Voucher/Factory/saveVoucher"
UPLOAD = "/Voucher/Factory/uploadTempFile"
OF_REVENUE: Query = {"creditDebit": parsing.REVENUE}


class Vouchers:
    """The revenue vouchers of one sevDesk account."""

    def __init__(self, wire: SevdeskWire) -> None:
        self._wire = wire

    def iter(self, window: Window | None = None) -> Iterator[BookedVoucher]:
        """The revenue vouchers dated in the window, or all; every one once.

        Absence from a window proves nothing: dates can be edited. Odd fields of other people's
        vouchers count as not shown.

        Raises:
            RemoteUnavailableError: one has no id, so that nobody knows which one it is.
        """
        for voucher in self._wire.iter(VOUCHERS, {**OF_REVENUE, **_dated_in(window)}):
            if parsing.is_revenue(voucher):
                yield self._wire.parsed(VOUCHERS, parsing.to_booked_voucher, voucher)

    def find_listed(self, ids: Collection[str], window: Window) -> set[str]:
        """Which of these vouchers the list shows now; they are dated in the window.

        A filter that sevDesk ignores only makes the list longer.
        """
        listed = self._wire.iter(
            VOUCHERS, {**OF_REVENUE, **_dated_in(window)}, last_page_first=True
        )
        return parsing.ids_among(ids, listed)

    def get(self, voucher_id: str) -> BookedVoucher:
        """One voucher as it is now.

        Raises:
            NotFoundRemotelyError: there is none.
            UnreadableAnswerError: the answer is no voucher, or another one.
        """
        return parsing.to_booked_voucher(self._single(voucher_id))

    def create(
        self, voucher: Voucher, *, contact_id: str | None, filename: str | None
    ) -> SavedVoucher:
        """Save a new revenue voucher; returns what sevDesk says it saved.

        One HTTP write, not repeatable.

        Raises:
            OutcomeUnknownError: it may stand in sevDesk now; look before trying again.
        """
        payload = payloads.voucher_payload(voucher, contact_id=contact_id, filename=filename)
        found = self._wire.write("POST", SAVE, payload=payload)
        try:
            return parsing.to_saved_voucher(_first(found))
        except UnreadableAnswerError:
            raise OutcomeUnknownError(
                Request(SERVICE, "POST", SAVE), detail="unreadable answer"
            ) from None

    # --- positions

    def iter_positions(self) -> Iterator[BookedPosition]:
        """The positions of all vouchers; those of one side only cannot be asked for."""
        return self._wire.readable(
            POSITIONS, parsing.to_booked_position, self._wire.iter(POSITIONS)
        )

    def get_positions(self, voucher_id: str) -> list[BookedPosition]:
        """The positions of one voucher.

        Raises:
            RemoteUnavailableError: sevDesk does not show all of them, or one cannot be read.
        """
        whole, positions = self._whole(voucher_id)
        currency = parsing.currency_of(whole)

        def parse(position: Fields) -> BookedPosition:
            return parsing.to_booked_position(position, currency=currency)

        return [self._wire.parsed(POSITIONS, parse, position) for position in positions]

    def _whole(self, voucher_id: str) -> tuple[Fields, list[Fields]]:
        """A voucher and all its positions."""
        whole = self._single(voucher_id)
        query = {"voucher[id]": voucher_id, "voucher[objectName]": "Voucher"}
        positions = [
            position
            for position in self._wire.iter(POSITIONS, query)
            if parsing.voucher_of(position) == voucher_id
        ]
        if not _make_the_total(positions, whole):
            raise self._wire.senseless(POSITIONS, f"not all positions of voucher {voucher_id}")
        return whole, positions

    def _single(self, voucher_id: str) -> Fields:
        return self._wire.single(f"{VOUCHERS}/{voucher_id}", id_=voucher_id)

    # --- documents

    def upload_pdf(self, pdf: BufferedIOBase, name: str) -> str:
        """Upload a document; returns the name by which a voucher refers to it.

        Nothing is booked by an upload, so one without a usable answer is sent once more.

        Raises:
            RemoteRejectedError: sevDesk read the document and cannot use it. It says so with a 500
                and a JSON message (recorded: unreadable PDF, wrong type), or with a 4xx.
            RemoteUnavailableError: the second upload got no usable answer either.
        """
        request = Request(SERVICE, "POST", UPLOAD)
        failed: list[OutcomeUnknownError] = []
        for _ in range(2):
            try:
                found = self._wire.write("POST", UPLOAD, upload=Upload(name, pdf))
                return _first(found).text("filename")
            except OutcomeUnknownError as error:
                failed.append(error)
            except UnreadableAnswerError as error:
                failed.append(OutcomeUnknownError(request, detail=str(error)))
        last = failed[-1]
        if all(error.status == 500 and error.said for error in failed):
            detail = "the document cannot be used"
            raise RemoteRejectedError(request, status=500, detail=detail, said=last.said)
        detail = ", ".join(filter(None, ("no usable answer to two uploads", last.detail)))
        raise RemoteUnavailableError(request, status=last.status, detail=detail, said=last.said)

    def shows_document(self, voucher_id: str) -> bool:
        """Whether the voucher itself shows a document; a list may leave it out."""
        return parsing.shows_document(self._single(voucher_id))

    def attach_pdf(self, voucher: BookedVoucher, filename: str, *, status: int | None) -> None:
        """Give our own half-done voucher its document; an open one is a draft for a moment.

        `status` is the voucher's status afterwards.

        Raises:
            RemoteUnavailableError: sevDesk does not show all its positions, or one cannot be read;
                they make the total.
        """
        whole, positions = self._whole(voucher.id)
        payload = self._wire.parsed(
            POSITIONS,
            lambda shown: payloads.attachment_payload(
                shown, positions, filename=filename, status=status or DRAFT
            ),
            whole,
        )
        if voucher.status != DRAFT:
            self._wire.write("PUT", f"{VOUCHERS}/{voucher.id}/resetToDraft", payload={})
        self._wire.write("POST", SAVE, payload=payload)

    # --- tags

    def get_tags(
        self, names: frozenset[str], *, of: Iterable[str] | None = None
    ) -> dict[str, set[str]]:
        """Voucher id -> which of these tags it carries, read from the tag relations.

        With `of`, reading ends once each of these vouchers was seen with `Import`. That tag comes
        last, so it proves the others. Relations pile up, and what is asked for is recent.

        The voucher list has a tag filter, but sevDesk ignores filters that it does not understand.
        A voucher does not show its tags. So only relations can be checked.
        """
        unproven = None if of is None else set(of)
        known = cache(self._names_of_tags)
        tags: dict[str, set[str]] = defaultdict(set)
        listed = self._wire.iter(TAG_RELATIONS, {"embed": "tag"}, last_page_first=True)
        for tie in self._wire.readable(TAG_RELATIONS, parsing.tag_and_voucher, listed):
            if tie is None:
                continue
            tag_id, tag_name, voucher_id = tie
            name = tag_name or known().get(tag_id or "")
            if name not in names:
                continue
            tags[voucher_id].add(name)
            if unproven is not None and name == IMPORT_TAG:
                unproven.discard(voucher_id)
                if not unproven:
                    break
        return dict(tags)

    def create_tag(self, voucher_id: str, name: str) -> None:
        """Tie a tag to a voucher; one HTTP write, not repeatable."""
        payload = payloads.tag_payload(voucher_id, name)
        self._wire.write("POST", "/Tag/Factory/create", payload=payload)

    def _names_of_tags(self) -> dict[str, str]:
        found = self._wire.readable(TAGS, _id_and_name, self._wire.iter(TAGS))
        return {id_: name for id_, name in found if name}


def _make_the_total(positions: list[Fields], whole: Fields) -> bool:
    """Whether they are all; where that cannot be added up, whether there is any.

    How sevDesk rounds a total is not documented: a cent for each position is no difference.
    """
    stated = [parsing.gross_of(one) for one in positions]
    total = parsing.gross_of(whole)
    if total is None or None in stated or parsing.currency_of(whole) not in {None, CURRENCY}:
        return bool(positions)
    missing = total - sum(one for one in stated if one is not None)
    return bool(positions) and abs(missing) <= CENT * len(positions)


def _first(found: list[Fields]) -> Fields:
    if not found:
        raise UnreadableAnswerError("objects", "an object")
    return found[0]


def _id_and_name(tag: Fields) -> tuple[str, str | None]:
    return tag.text("id"), tag.optional_text("name")


def _dated_in(window: Window | None) -> Query:
    """sevDesk's date filter for a window (assumption S-24).

    Its borders are contradictory in its documentation, so it is asked for two days more.
    """
    if window is None:
        return {}
    return {
        "startDate": _timestamp(window.start - 2 * DAY),
        "endDate": _timestamp(window.end + 2 * DAY),
    }


def _timestamp(day: date) -> int:
    """Midnight in Berlin, where sevDesk's calendar is kept, in unix seconds."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())
