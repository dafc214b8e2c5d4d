"""Checks the bot's requests against Discord's OpenAPI description, where there is one on this machine.

The environment variable DISCORD_OPENAPI names the file; without it only limits.py checks. Nothing is refused
here: violations are recorded, and the test that caused them fails. Answers are not checked.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .errors import ApiError
from .model import Json

VARIABLE = "DISCORD_OPENAPI"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong in a request: where (`field`, dotted) and why."""

    method: str
    route: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}: {self.field or 'body'}: {self.reason}"

    @classmethod
    def from_error(cls, method: str, route: str, error: ApiError) -> Violation:
        """The first field that a 50035 names."""
        path: list[str] = []
        level: Any = error.errors or {}
        while isinstance(level, dict) and level and "_errors" not in level:
            key = next(iter(level))
            path.append(key)
            level = level[key]
        reasons = level.get("_errors") if isinstance(level, dict) else None
        reason = reasons[0]["message"] if reasons else error.message
        return cls(method, route, ".".join(path), reason)


class Validator:
    """Lazily loaded schemas of the request bodies."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._validators: dict[tuple[str, str, str], Any] = {}

    @classmethod
    def from_environment(cls) -> Validator:
        """The description that DISCORD_OPENAPI names, or none."""
        value = os.environ.get(VARIABLE)
        return cls(Path(value) if value else None)

    @property
    def active(self) -> bool:
        """Whether there is a description to check against."""
        return self._path is not None

    def check(self, method: str, route: str, body: Any, has_files: bool) -> list[Violation]:
        """What is wrong with a request's JSON body; the schemas load at the first call (0.3 s)."""
        if self._path is None:
            return []
        operation = self._operations.get((method, _anonymous(route)))
        if operation is None:
            return [Violation(method, route, "", "Discord's description has no such endpoint")]
        content = operation.get("requestBody", {}).get("content", {})
        kind = "multipart/form-data" if has_files and "multipart/form-data" in content else "application/json"
        if kind not in content or (body is None and not operation["requestBody"].get("required")):
            return []
        errors = self._validator(method, route, kind).iter_errors(body)
        return [Violation(method, route, where, why) for where, why in _deepest(errors)]

    @cached_property
    def _document(self) -> Json:
        if self._path is None:
            return {}
        document: Json = json.loads(self._path.read_text(encoding="utf-8"))
        return document

    @cached_property
    def _operations(self) -> dict[tuple[str, str], Json]:
        return {
            (method.upper(), _anonymous(path)): operation
            for path, methods in self._document["paths"].items()
            for method, operation in methods.items()
            if isinstance(operation, dict)
        }

    @cached_property
    def _registry(self) -> Any:
        from referencing import Registry, Resource  # noqa: PLC0415 - only where a description is checked
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        return Registry().with_resource("urn:discord", resource)

    def _validator(self, method: str, route: str, kind: str) -> Any:
        key = (method, route, kind)
        if key not in self._validators:
            path = next(one for one in self._document["paths"] if _anonymous(one) == _anonymous(route))
            pointer = "/".join(
                part.replace("~", "~0").replace("/", "~1")
                for part in ("paths", path, method.lower(), "requestBody", "content", kind, "schema")
            )
            self._validators[key] = _lenient_class()({"$ref": f"urn:discord#/{pointer}"}, registry=self._registry)
        return self._validators[key]


def _lenient_class() -> Any:
    """A validator that takes numbers for snowflakes: Discord does, and discord.py sends some ids as numbers."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415
    from jsonschema.validators import extend  # noqa: PLC0415

    strict_type = Draft202012Validator.VALIDATORS["type"]

    def check_type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[Any]:
        if schema.get("format") == "snowflake" and isinstance(instance, int):
            return
        yield from strict_type(validator, types, instance, schema)

    return extend(Draft202012Validator, {"type": check_type})


def _anonymous(path: str) -> str:
    """The path with its variables' names taken out, so that ours and Discord's compare."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _deepest(errors: Iterator[Any]) -> list[tuple[str, str]]:
    """For every error the branch of its alternatives that came furthest, as (dotted path, reason)."""
    found: list[tuple[str, str]] = []
    for error in errors:
        deepest = error
        while deepest.context:
            deepest = max(deepest.context, key=lambda one: (len(one.absolute_path), one.validator != "type"))
        path = ".".join(str(part) for part in deepest.absolute_path)
        found.append((path, deepest.message[:300]))
    return found
