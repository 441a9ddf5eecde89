"""Codes and words of what is told; each of them must have all that its text says."""

from collections.abc import Iterable

from cobot_sevdesk.domain.catalogue import remark_of, text_of
from cobot_sevdesk.domain.problems import Reason, Remark

UNKNOWN = "…"
"""Stands in a text where a detail is missing."""


def codes_of(reasons: Iterable[Reason]) -> list[str]:
    """The codes of reasons."""
    told = list(reasons)
    for reason in told:
        text = text_of(reason.code, reason.details, "en")
        assert UNKNOWN not in f"{text.title} {text.cause} {text.remedy}", reason
    return [reason.code for reason in told]


def words_of(remarks: Iterable[Remark]) -> list[str]:
    """The words of remarks."""
    told = list(remarks)
    for remark in told:
        assert UNKNOWN not in remark_of(remark.word, remark.details, "en"), remark
    return [remark.word for remark in told]
