"""YAML as people mean it: no bombs, no doubled keys, numbers as they are written."""

import re
from typing import Any

import yaml

DEEPEST = 10
"""Levels of nesting; a space file has three."""
_DECIMAL = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,17})")
YAML_ERRORS = (
    *(yaml.YAMLError, ValueError, RecursionError),
    # PyYAML lets these out for tags that do not fit their values, such as `!!bool maybe`.
    *(LookupError, TypeError, AttributeError),
)
"""What `parse_yaml` may raise."""


def parse_yaml(text: str) -> Any:  # noqa: ANN401  whatever stands there
    """What stands in the text.

    Raises:
        YAML_ERRORS: it is no YAML, or not such as a space file may hold.
    """
    try:
        _refuse_bombs(text)
        return yaml.load(text, _Loader)  # noqa: S506  a safe loader
    except yaml.MarkedYAMLError as error:
        raise ValueError(_in_words(error, text)) from error


def _in_words(error: yaml.MarkedYAMLError, text: str) -> str:
    """What is wrong, and where; a tab is called by its name, since it cannot be seen."""
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "not understood"
    if mark is None:
        return what
    line = [*text.splitlines(), *[""] * (mark.line + 1)][mark.line]
    if line[mark.column : mark.column + 1] == "\t":
        what = "a tab; YAML is indented with blanks"
    return f"line {mark.line + 1}, column {mark.column + 1}: {what}"


class _Loader(yaml.CSafeLoader):
    """Safe YAML without doubled keys."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002  as PyYAML has it
    ) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, str | int) and key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands here twice", key_node.start_mark
                )
            seen.add(key if isinstance(key, str | int) else repr(key))
        return super().construct_mapping(node, deep=deep)

    def construct_number(self, node: yaml.ScalarNode) -> int | str:
        """A plain decimal number; YAML 1.1 would make 64 of `0100` and 750 of `12:30`."""
        return int(node.value) if _DECIMAL.fullmatch(node.value) else str(node.value)

    def construct_day(self, node: yaml.ScalarNode) -> object:
        """A date, or its text where there is no such day: the field that it is in says so."""
        try:
            return self.construct_yaml_timestamp(node)
        except (ValueError, AttributeError):
            return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_day)


def _refuse_bombs(text: str) -> None:
    """Neither aliases (a few lines could expand to gigabytes) nor endless nesting.

    Raises:
        ValueError: it holds one.
    """
    depth = 0
    for event in yaml.parse(text, yaml.CSafeLoader):
        if isinstance(event, yaml.events.AliasEvent):
            raise ValueError(f"aliases are not accepted: *{event.anchor}")  # noqa: TRY004  YAML
        depth += isinstance(event, yaml.events.CollectionStartEvent)
        depth -= isinstance(event, yaml.events.CollectionEndEvent)
        if depth > DEEPEST:
            raise ValueError(f"nested more than {DEEPEST} levels deep")
