"""Faults on demand: answers that fail, get lost or break off, and a gateway that drops or asks to reconnect.

A rule is used up by the requests that match it; without rules nothing is disturbed. Nothing here is random.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from .model import Json

if TYPE_CHECKING:
    from .gateway import Gateway

Kind = Literal["status", "lost", "reset", "html"]


@dataclass(slots=True)
class Fault:
    """One rule. `lost` carries the request out and then breaks the connection; `reset` breaks it before."""

    method: str
    pattern: re.Pattern[str]
    kind: Kind
    status: int = 503
    times: int = 1
    body: Json | str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    hits: int = 0

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is for this request and not used up."""
        return self.hits < self.times and self.method in ("*", method) and bool(self.pattern.search(path))


class Faults:
    """The faults that wait to happen, and those of the gateway that happen at once."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.rules: list[Fault] = []

    def next(
        self,
        method: str,
        route_pattern: str,
        *,
        status: int = 503,
        times: int = 1,
        body: Json | str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Fault:
        """Answer the next `times` matching requests with `status`, without carrying them out.

        `route_pattern` is a regular expression searched in the path after `/api/v10`, for instance
        `/channels/\\d+/messages$`; `method` may be `*`. A text as `body` is sent as HTML.
        """
        return self._add(Fault(method, re.compile(route_pattern), "status", status, times, body, headers or {}))

    def lose_answer(self, method: str, route_pattern: str, *, times: int = 1) -> Fault:
        """Carry the next matching requests out, then close the connection without an answer."""
        return self._add(Fault(method, re.compile(route_pattern), "lost", times=times))

    def reset(self, method: str, route_pattern: str, *, times: int = 1) -> Fault:
        """Reset the connection of the next matching requests before anything is carried out."""
        return self._add(Fault(method, re.compile(route_pattern), "reset", times=times))

    def rate_limit(
        self, method: str, route_pattern: str, *, retry_after: float = 0.2, scope: str = "user", times: int = 1
    ) -> Fault:
        """Answer 429 with `retry_after` seconds; `scope` is user, shared or global."""
        body: Json = {
            "message": "You are being rate limited.",
            "retry_after": retry_after,
            "global": scope == "global",
        }
        headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope, "Via": "1.1 sandbox"}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return self.next(method, route_pattern, status=429, times=times, body=body, headers=headers)

    def take(self, method: str, path: str) -> Fault | None:
        """The rule for this request, counted as used."""
        found = next((one for one in self.rules if one.matches(method, path)), None)
        if found is not None:
            found.hits += 1
        return found

    def clear(self) -> None:
        """Forget all rules and let the gateway answer heartbeats again."""
        self.rules.clear()
        self._gateway.silent = False

    def drop_gateway(self, code: int | None = None) -> None:
        """Close every gateway connection, with a close code or (None) without a goodbye."""
        self._gateway.drop(code)

    def reconnect(self) -> None:
        """Op 7: ask every client to reconnect and resume."""
        self._gateway.send_all({"op": 7, "d": None, "s": None, "t": None})

    def invalid_session(self, *, resumable: bool = False) -> None:
        """Op 9: tell every client that its session is over, or can be resumed."""
        if not resumable:
            self._gateway.forget_sessions()
        self._gateway.send_all({"op": 9, "d": resumable, "s": None, "t": None})

    def silence(self) -> None:
        """Stop answering heartbeats and sending events, as a dead connection does; `clear` ends it."""
        self._gateway.silent = True

    def duplicate_events(self, times: int = 1) -> None:
        """Send each of the next `times` events twice."""
        self._gateway.duplicate = times

    def _add(self, fault: Fault) -> Fault:
        self.rules.append(fault)
        return fault
