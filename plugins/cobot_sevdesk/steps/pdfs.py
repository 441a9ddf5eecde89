"""The next invoice's PDF is read from Cobot while the current one is written to sevDesk.

One thread, so that Cobot's connection is used by one at a time and at most two PDFs are in memory.
"""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from types import TracebackType
from typing import Self

from cobot_sevdesk.clients.cobot import CobotClient


class PdfsAhead:
    """PDFs of invoices, one ahead of the order in which they will be asked for."""

    def __init__(self, cobot: CobotClient, order: Sequence[str] = ()) -> None:
        self._cobot = cobot
        self._next = dict(pairwise(order))
        self._ahead: dict[str, Future[bytes]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf")

    def get(self, invoice_id: str) -> bytes:
        """The PDF of an invoice; the next one is only begun once this one came.

        Raises:
            UnreadableAnswerError, NotFoundRemotelyError: there is none.
            RemoteUnavailableError, CredentialsError: Cobot is away, or refuses.
        """
        ahead = self._ahead.pop(invoice_id, None)
        pdf = (ahead or self._begin(invoice_id)).result()
        following = self._next.pop(invoice_id, None)
        if following is not None and following not in self._ahead:
            self._ahead[following] = self._begin(following)
        return pdf

    def _begin(self, invoice_id: str) -> Future[bytes]:
        return self._thread.submit(self._cobot.get_pdf, invoice_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)
