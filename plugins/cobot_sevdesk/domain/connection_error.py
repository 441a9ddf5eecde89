"""The error for a connection that cannot be used, by its word in the catalogue."""

from cobot_sevdesk.domain.catalogue import fault_of
from cobot_sevdesk.errors import ConnectionConfigError


def connection_error(connection: str, word: str, **details: str) -> ConnectionConfigError:
    """The error for the connection of this id; `word` is one of `catalogue.faults`.

    Its message is English. The value of a field is never a detail: somebody may have pasted a token
    into the wrong field.
    """
    told = fault_of(word, details, "en")
    return ConnectionConfigError(connection, told, word=word, details=details)
