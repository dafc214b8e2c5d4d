"""Rate limits per route and in all, with Discord's headers.

Relaxed by default, so that tests do not wait: headers are sent, nothing is refused. `strict` plays Discord's
numbers (5 messages in 5 s per channel, 50 requests in 1 s in all) and answers 429.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from .clock import Clock
from .model import Json

MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id")
STRICT = {
    ("POST", "/channels/{channel_id}/messages"): (5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): (5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): (5, 1.0),
    ("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me"): (1, 0.25),
    ("POST", "/webhooks/{webhook_id}/{webhook_token}"): (5, 2.0),
}
USUAL, RELAXED, GLOBAL = (50, 1.0), (10_000, 1.0), (50, 1.0)


@dataclass(slots=True)
class Window:
    """One bucket's running window; `ends` in seconds of the sandbox's clock."""

    used: int
    ends: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Headers for the answer, and the 429's body when the request is refused."""

    headers: dict[str, str]
    refused: Json | None = None


class RateLimits:
    """Counts requests in fixed windows."""

    def __init__(self, clock: Clock, *, strict: bool = False) -> None:
        self._clock = clock
        self.strict = strict
        self.refused = 0
        self._windows: dict[str, Window] = {}

    def take(self, method: str, template: str, parts: Mapping[str, str]) -> Verdict:
        """Count one request."""
        limit, seconds = STRICT.get((method, template), USUAL) if self.strict else RELAXED
        bucket = hashlib.md5(f"{method} {template}".encode(), usedforsecurity=False).hexdigest()
        major = ":".join(parts[name] for name in MAJOR if name in parts)
        window = self._window(f"{bucket}:{major}", seconds)
        window.used += 1
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - window.used)),
            "X-RateLimit-Reset": f"{window.ends:.3f}",
            "X-RateLimit-Bucket": bucket,
            "Via": "1.1 sandbox",
            "X-RateLimit-Reset-After": f"{max(0.0, window.ends - self._clock.now()):.3f}",
        }
        if not self.strict:
            return Verdict(headers)
        if window.used > limit:
            return self._refusal(headers, window, "user")
        if not template.startswith(("/interactions/", "/webhooks/")):
            everything = self._window("global", GLOBAL[1])
            everything.used += 1
            if everything.used > GLOBAL[0]:
                return self._refusal(headers | {"X-RateLimit-Global": "true"}, everything, "global")
        return Verdict(headers)

    def _window(self, key: str, seconds: float) -> Window:
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = Window(0, now + seconds)
        return window

    def _refusal(self, headers: dict[str, str], window: Window, scope: str) -> Verdict:
        self.refused += 1
        wait = max(0.001, window.ends - self._clock.now())
        body: Json = {
            "message": "You are being rate limited.",
            "code": 0,
            "retry_after": round(wait, 3),
            "global": scope == "global",
        }
        return Verdict(headers | {"X-RateLimit-Scope": scope, "Retry-After": str(int(wait) + 1)}, body)
