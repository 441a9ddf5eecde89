"""What may travel between tasks: plain JSON, amounts and dates as text, no personal data.

Airflow stores what a task returns as JSON and shows it in its UI; on the way it would turn
`Decimal` into `float`, and on arrival it refuses our classes.
"""

from typing import Any, TypeVar

from pydantic import TypeAdapter

Value = TypeVar("Value")


def dump(value: object) -> dict[str, Any]:
    """A value of the domain as plain JSON; what is as usual is left out, as `load` fills it in."""
    plain: dict[str, Any] = TypeAdapter(type(value)).dump_python(
        value, mode="json", exclude_defaults=True
    )
    return plain


def load(kind: type[Value], plain: object) -> Value:
    """A value of the domain from plain JSON; nothing (a task that did not run) is an empty one.

    Raises:
        pydantic.ValidationError: it was written by another version of this package.
    """
    return kind() if plain is None else TypeAdapter(kind).validate_python(plain)
