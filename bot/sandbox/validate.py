"""Checks what goes to and fro against Discord's OpenAPI description, where there is one on this machine.

The environment variable DISCORD_OPENAPI names the file; without it only limits.py checks. Checked are the bot's
requests, and the sandbox's own answers and events. What is wrong is recorded, and fails the test that caused it; a
wrong request is refused, too, as Discord would.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .description import described_in, escaped
from .errors import ApiError
from .model import DM, THREADS, Json

VARIABLE = "DISCORD_OPENAPI"
JSON_BODY, FORM_BODY = "application/json", "multipart/form-data"
# The parts of events that Discord describes: where they are (`[]` each of a list or of a map's values), the schema.
EVENTS: dict[str, list[tuple[str, str]]] = {
    "READY": [("user", "UserPIIResponse")],
    "GUILD_CREATE": [
        ("", "GuildResponse"),
        ("members.[]", "GuildMemberResponse"),
        ("channels.[]", "GuildChannelResponse"),
        ("threads.[]", "ThreadResponse"),
    ],
    "MESSAGE_CREATE": [("", "MessageResponse")],
    "MESSAGE_UPDATE": [("", "MessageResponse")],
    "MESSAGE_REACTION_ADD": [("emoji", "MessageReactionEmojiResponse"), ("member", "GuildMemberResponse")],
    "MESSAGE_REACTION_REMOVE": [("emoji", "MessageReactionEmojiResponse")],
    "MESSAGE_REACTION_REMOVE_EMOJI": [("emoji", "MessageReactionEmojiResponse")],
    "CHANNEL_CREATE": [("", "GuildChannelResponse")],
    "CHANNEL_UPDATE": [("", "GuildChannelResponse")],
    "CHANNEL_DELETE": [("", "GuildChannelResponse")],
    "THREAD_CREATE": [("", "ThreadResponse")],
    "THREAD_UPDATE": [("", "ThreadResponse")],
    "THREAD_MEMBERS_UPDATE": [("added_members.[]", "ThreadMemberResponse")],
    "GUILD_MEMBER_ADD": [("", "GuildMemberResponse")],
    "GUILD_MEMBER_UPDATE": [("", "GuildMemberResponse")],
    "GUILD_MEMBER_REMOVE": [("user", "UserResponse")],
    "GUILD_MEMBERS_CHUNK": [("members.[]", "GuildMemberResponse")],
    "GUILD_ROLE_CREATE": [("role", "GuildRoleResponse")],
    "GUILD_ROLE_UPDATE": [("role", "GuildRoleResponse")],
    "GUILD_EMOJIS_UPDATE": [("emojis.[]", "EmojiResponse")],
    "GUILD_STICKERS_UPDATE": [("stickers.[]", "GuildStickerResponse")],
    "TYPING_START": [("member", "GuildMemberResponse")],
    "INTERACTION_CREATE": [
        ("member", "GuildMemberResponse"),
        ("user", "UserResponse"),
        ("message", "MessageResponse"),
        ("channel", "channel"),
        ("data.resolved.users.[]", "UserResponse"),
        ("data.resolved.roles.[]", "GuildRoleResponse"),
        ("data.resolved.channels.[]", "channel"),
        ("data.resolved.messages.[]", "MessageResponse"),
        ("data.resolved.attachments.[]", "MessageAttachmentResponse"),
    ],
}


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing wrong: where (`field`, dotted) and why, in a request, in the answer to it, or in an event.

    For events `method` is empty and `route` is the event's name.
    """

    method: str
    route: str
    field: str
    reason: str
    where: Literal["request", "answer", "event"] = "request"

    def __str__(self) -> str:
        place = {"request": "", "answer": "the answer to ", "event": "the event"}[self.where]
        return f"{place}{self.method} {self.route}: {self.field or 'body'}: {self.reason}"

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
    """Holds requests, answers and events to the description, or to nothing where there is none."""

    def __init__(self, path: Path | None) -> None:
        self._description = described_in(path) if path is not None else None

    @classmethod
    def from_environment(cls) -> Validator:
        """The description that DISCORD_OPENAPI names, or none."""
        value = os.environ.get(VARIABLE)
        return cls(Path(value) if value else None)

    @property
    def active(self) -> bool:
        """Whether there is a description to check against."""
        return self._description is not None

    def check(self, method: str, route: str, body: Any, has_files: bool) -> list[Violation]:
        """What is wrong with a request's JSON body."""
        if self._description is None:
            return []
        if (found := self._description.operation(method, route)) is None:
            return [Violation(method, route, "", "Discord's description has no such endpoint")]
        pointer, operation = found
        content = operation.get("requestBody", {}).get("content", {})
        kind = FORM_BODY if has_files and FORM_BODY in content else JSON_BODY
        if kind not in content or (body is None and not operation["requestBody"].get("required")):
            return []
        mistakes = self._description.mistakes(
            f"{pointer}/requestBody/content/{escaped(kind)}/schema", _bits_as_numbers(body)
        )
        return [Violation(method, route, where, why) for where, why in mistakes]

    def check_answer(self, method: str, route: str, status: int, body: Any) -> list[Violation]:
        """What is wrong with an answer of the sandbox's own; `body` None is an answer without one."""
        if self._description is None or (found := self._description.operation(method, route)) is None:
            return []
        pointer, operation = found
        answers: Json = operation["responses"]
        key = next((one for one in (str(status), f"{status // 100}XX") if one in answers), None)
        if key is None:
            told = f"status {status} is not among {sorted(answers)}"
            return [Violation(method, route, "status", told, "answer")]
        pointer, answer = self._description.follow(answers[key], f"{pointer}/responses/{key}")
        content = answer.get("content", {}).get(JSON_BODY)
        if content is None or body is None:
            wrong = (content is None) != (body is None)
            return [Violation(method, route, "", "a body, or none, was expected", "answer")] if wrong else []
        if status >= 400:
            # the description calls the codes in there numbers; the documentation, and Discord, say BASE_TYPE_REQUIRED
            body = {name: value for name, value in body.items() if name != "errors"}
        mistakes = self._parts(f"{pointer}/content/{escaped(JSON_BODY)}/schema", content["schema"], body)
        return [Violation(method, route, where, why, "answer") for where, why in mistakes]

    def check_event(self, name: str, data: Json) -> list[Violation]:
        """What is wrong with an event's payload, in those parts that the description knows."""
        if self._description is None:
            return []
        found: list[Violation] = []
        for place, schema in EVENTS.get(name, []):
            for path, value in _at(data, place.split(".") if place else []):
                for where, why in self._description.mistakes(_schema(schema, value), value):
                    field = ".".join([*path, where] if where else path)
                    found.append(Violation("", name, field, why, "event"))
        return found

    def _parts(self, pointer: str, schema: Json, body: Any) -> Iterator[tuple[str, str]]:
        """Mistakes of a body; the items of a list are checked one by one, since most were seen before."""
        assert self._description is not None
        if schema.get("type") == "array" and isinstance(body, list):
            for index, one in enumerate(body):
                for where, why in self._description.mistakes(f"{pointer}/items", one):
                    yield f"{index}.{where}" if where else str(index), why
            return
        yield from self._description.mistakes(pointer, body)


def _bits_as_numbers(body: Any) -> Any:
    """The body with permissions as numbers: documented and taken as texts, they are numbers in the description."""
    if isinstance(body, list):
        return [_bits_as_numbers(one) for one in body]
    if not isinstance(body, dict):
        return body
    return {
        name: int(value)
        if name in ("permissions", "allow", "deny") and isinstance(value, str) and value.isdecimal()
        else _bits_as_numbers(value)
        for name, value in body.items()
    }


def _schema(name: str, value: Any) -> str:
    """The place of a schema; a `channel` is a thread, a direct conversation or a server's channel by its type."""
    if name == "channel":
        kind = value.get("type")
        kinds = {DM: "PrivateChannelResponse", **dict.fromkeys(THREADS, "ThreadResponse")}
        name = kinds.get(kind, "GuildChannelResponse")
    return f"/components/schemas/{name}"


def _at(value: Any, place: list[str]) -> Iterator[tuple[list[str], Any]]:
    """Every value at a place, with its path; nothing where the way is not there."""
    if not place:
        yield [], value
        return
    first, *rest = place
    inner: Iterable[tuple[Any, Any]]
    if first == "[]":
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    else:
        inner = [(first, value[first])] if isinstance(value, dict) and first in value else []
    for key, one in inner:
        for path, found in _at(one, rest):
            yield [str(key), *path], found
