"""Discord's OpenAPI description: its operations, and what is wrong with a value that one of its schemas describes.

The file is read at the first use (0.1 s). What was found clean once is not checked again: answers and events
carry the same members and messages many times.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from .model import Json

REMEMBERED = 4096
Mistake = tuple[str, str]
FORWARD: Json = {"title": "FORWARD", "const": 1}
"""A type of message references that Discord documents and plays, and leaves out of the description."""


class Description:
    """The description in one file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._validators: dict[str, Any] = {}
        self._clean: OrderedDict[bytes, None] = OrderedDict()

    def operation(self, method: str, route: str) -> tuple[str, Json] | None:
        """The operation's place in the file (a JSON pointer) and what is written there; None where it has none."""
        return self._operations.get((method, _anonymous(route)))

    def has_schema(self, name: str) -> bool:
        """Whether there is a schema of that name."""
        return name in self._document["components"]["schemas"]

    def follow(self, node: Json, pointer: str) -> tuple[str, Json]:
        """The node, or the one that its `$ref` leads to, with its place."""
        while "$ref" in node:
            pointer = node["$ref"].removeprefix("#")
            node = self._document
            for part in pointer.strip("/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
        return pointer, node

    def mistakes(self, pointer: str, value: Any) -> list[Mistake]:
        """What is wrong with a value under the schema at `pointer`: dotted paths with reasons."""
        text = json.dumps([pointer, value], sort_keys=True, default=str)
        key = hashlib.blake2b(text.encode(), digest_size=16).digest()
        if key in self._clean:
            self._clean.move_to_end(key)
            return []
        found = _deepest(self._validator(pointer).iter_errors(value))
        if not found:
            self._clean[key] = None
            if len(self._clean) > REMEMBERED:
                self._clean.popitem(last=False)
        return found

    @cached_property
    def _document(self) -> Json:
        document: Json = json.loads(self._path.read_text(encoding="utf-8"))
        references = document["components"]["schemas"].get("MessageReferenceType", {}).get("oneOf", [])
        if all(one["const"] != FORWARD["const"] for one in references):
            references.append(FORWARD)
        return document

    @cached_property
    def _operations(self) -> dict[tuple[str, str], tuple[str, Json]]:
        return {
            (method.upper(), _anonymous(path)): (f"/paths/{escaped(path)}/{method}", operation)
            for path, methods in self._document["paths"].items()
            for method, operation in methods.items()
            if isinstance(operation, dict)
        }

    @cached_property
    def _registry(self) -> Any:
        from referencing import Registry, Resource  # noqa: PLC0415 - only where a description is checked
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415 - as above

        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        return Registry().with_resource("urn:discord", resource)

    def _validator(self, pointer: str) -> Any:
        if pointer not in self._validators:
            self._validators[pointer] = _lenient_class()({"$ref": f"urn:discord#{pointer}"}, registry=self._registry)
        return self._validators[pointer]


@cache
def described_in(path: Path) -> Description:
    """The description in a file, which is read once for all sandboxes of this process."""
    return Description(path)


def escaped(part: str) -> str:
    """A key as a part of a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def _lenient_class() -> Any:
    """A validator that takes numbers for snowflakes: Discord does, and discord.py sends some ids as numbers."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only where a description is checked
    from jsonschema.validators import extend  # noqa: PLC0415 - as above

    strict_type = Draft202012Validator.VALIDATORS["type"]

    def check_type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if schema.get("format") == "snowflake" and isinstance(instance, int):
            return
        yield from strict_type(validator, types, instance, schema)

    return extend(Draft202012Validator, {"type": check_type})


def _anonymous(path: str) -> str:
    """The path with its variables' names taken out, so that ours and Discord's compare."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _deepest(errors: Iterator[Any]) -> list[Mistake]:
    """For every error the place and reason in the alternative that was meant, as (dotted path, reason)."""
    found: list[Mistake] = []
    for error in errors:
        deepest = error
        while deepest.context:
            deepest = max(_meant(deepest.context), key=lambda one: (len(one.absolute_path), one.validator != "type"))
        path = [str(part) for part in deepest.absolute_path]
        if deepest.validator == "required":
            path += [one for one in deepest.validator_value if one not in deepest.instance][:1]
        found.append((".".join(path), deepest.message[:300]))
    return found


def _meant(errors: list[Any]) -> list[Any]:
    """The errors of that alternative which fits best: one with the right `type`, then one with the fewest errors."""
    branches: dict[Any, list[Any]] = {}
    for error in errors:
        branches.setdefault(error.schema_path[0], []).append(error)

    def strangeness(branch: list[Any]) -> tuple[bool, bool, int]:
        discriminated = any(one.path and one.path[-1] == "type" and one.validator == "enum" for one in branch)
        null = any(not one.path and one.validator == "type" for one in branch)
        return discriminated, null, len(branch)

    return min(branches.values(), key=strangeness)
