"""Errors of the sandbox: what Discord's API answers, and what a person's client would refuse.

SandboxError
├── ApiError            an answer of the REST API with Discord's JSON error code
│   └── TooSoon         429 of a limit that one kind of thing has of its own
├── Refused             Discord's client would not let the person do that
└── InteractionFailed   "This interaction failed": nobody answered within 3 s
"""

from __future__ import annotations

from typing import Any


class SandboxError(Exception):
    """Root of the sandbox's errors."""


class ApiError(SandboxError):
    """An error answer: HTTP status, Discord's code, its message, and the fields at fault."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The JSON that Discord sends."""
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors:
            body["errors"] = self.errors
        return body


class TooSoon(ApiError):
    """A limit that one kind of thing has of its own: 429, and `after` how many seconds it may be tried again."""

    def __init__(self, code: int, message: str, after: float) -> None:
        super().__init__(429, code, message)
        self.after = after

    def body(self) -> dict[str, Any]:
        """The JSON of a rate limit, with the code."""
        return super().body() | {"retry_after": round(self.after, 3), "global": False}


class Refused(SandboxError):
    """A person tried what Discord's own client prevents; the text says why."""


class InteractionFailed(SandboxError):
    """The application did not answer in time."""


def invalid_form(path: str, reason: str, code: str = "BASE_TYPE_BAD") -> ApiError:
    """A 50035 for one field; `path` is dotted, for instance `embeds.0.description`."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": reason}]}
    for key in reversed(path.split(".")):
        errors = {key: errors}
    return ApiError(400, 50035, "Invalid Form Body", errors)


def unknown(what: str) -> ApiError:
    """A 404 for a thing that is not there."""
    codes = {"Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "Role": 10011, "User": 10013}
    codes |= {"Emoji": 10014, "Webhook": 10015, "Sticker": 10060, "Interaction": 10062, "application command": 10063}
    codes |= {"Tag": 10087, "Permission Overwrite": 10009}
    return ApiError(404, codes[what], f"Unknown {what}")


def missing_access() -> ApiError:
    """The bot cannot see the channel."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """The bot sees the channel but may not do that."""
    return ApiError(403, 50013, "Missing Permissions")
