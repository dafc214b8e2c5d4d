"""The REST API's frame: who may ask, reading bodies and files, rate limits, checks, errors as JSON.

The endpoints stand in the routes_*.py modules; each gets a `Call` and returns JSON (or None for 204).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote

from aiohttp import BodyPartReader, web

from .errors import ApiError, TooSoon, invalid_form
from .messages import Upload
from .model import Json
from .ratelimits import RateLimits
from .validate import Validator, Violation
from .world import World

API = "/api/v10"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Created:
    """A result that is answered with 201 instead of 200."""

    body: Json


Result = Json | list[Any] | Created | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the path's parts, the query, the JSON body and the uploaded files."""

    method: str
    template: str
    parts: dict[str, str]
    query: dict[str, str]
    body: Any
    uploads: list[Upload]

    def key(self, name: str) -> int:
        """A part of the path as an id; 50035 when it is none."""
        value = self.parts[name]
        if not value.isdecimal():
            raise invalid_form(name, f'Value "{value}" is not snowflake.', "NUMBER_TYPE_COERCE")
        return int(value)

    def number(self, name: str, default: int) -> int:
        """A number of the query."""
        value = self.query.get(name, str(default))
        if not value.isdecimal():
            raise invalid_form(name, f'Value "{value}" is not int.', "NUMBER_TYPE_COERCE")
        return int(value)

    def uploads_described(self) -> list[Upload]:
        """The files with the names and alt texts that the body's `attachments` give them."""
        named = {str(one.get("id")): one for one in (self.body or {}).get("attachments") or []}
        return [
            Upload(
                one.key,
                named.get(one.key, {}).get("filename") or one.filename,
                one.data,
                named.get(one.key, {}).get("description"),
            )
            for one in self.uploads
        ]


class Undescribed(ApiError):
    """A request that Discord's description does not allow; the violation is recorded already."""

    def __init__(self, first: Violation) -> None:
        super().__init__(400, 50035, "Invalid Form Body", invalid_form(first.field or "body", first.reason).errors)


Endpoint = Callable[[Call], Result]
Routes = list[tuple[str, str, Endpoint]]


class Rest:
    """Turns aiohttp requests into calls of endpoints, and their results into Discord's answers."""

    def __init__(
        self,
        world: World,
        token: str,
        *,
        limits: RateLimits,
        validator: Validator,
        violations: list[Violation],
    ) -> None:
        self._world = world
        self._token = token
        self._limits = limits
        self._validator = validator
        self._violations = violations

    def add(self, app: web.Application, routes: Routes) -> None:
        """Register endpoints; `{name}` in a path is one part of it."""
        for method, template, endpoint in routes:
            app.router.add_route(method, API + template, self._handler(template, endpoint))

    async def unknown(self, request: web.Request) -> web.Response:
        """An address of the API that the sandbox does not play: 404, and a violation that names it."""
        path = request.path.removeprefix(API)
        self._violations.append(Violation(request.method, path, "", "the sandbox does not play this endpoint"))
        return _json_response({"message": "404: Not Found", "code": 0}, 404)

    def _handler(self, template: str, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            limit = self._limits.take(request.method, template, request.match_info)
            if limit.refused is not None:
                found = self._validator.check_answer(request.method, template, 429, limit.refused)
                self._violations.extend(found)
                return _json_response(limit.refused, 429, limit.headers)
            response = await self._answer(request, template, endpoint)
            response.headers.update(limit.headers)
            response.headers["Date"] = formatdate(self._world.clock.now(), usegmt=True)
            return response

        return handle

    async def _answer(self, request: web.Request, template: str, endpoint: Endpoint) -> web.Response:
        headers: dict[str, str] = {}
        try:
            result = await self._carry_out(request, template, endpoint)
            status = 204 if result is None else 201 if isinstance(result, Created) else 200
            body = result.body if isinstance(result, Created) else result
        except ApiError as error:
            if error.code == 50035 and not isinstance(error, Undescribed):
                self._violations.append(Violation.from_error(request.method, template, error))
            status, body = error.status, error.body()
            if isinstance(error, TooSoon):
                headers = {"Retry-After": str(int(error.after) + 1), "X-RateLimit-Scope": "user"}
        self._violations.extend(self._validator.check_answer(request.method, template, status, body))
        return web.Response(status=status) if body is None else _json_response(body, status, headers)

    async def _carry_out(self, request: web.Request, template: str, endpoint: Endpoint) -> Result:
        needs_token = not template.startswith(("/interactions/", "/webhooks/{webhook_id}/{webhook_token}"))
        if needs_token and request.headers.get("Authorization") != f"Bot {self._token}":
            raise ApiError(401, 0, "401: Unauthorized")
        call = await self._read(request, template)
        if found := self._validator.check(call.method, template, call.body, bool(call.uploads)):
            self._violations.extend(found)
            raise Undescribed(found[0])
        return endpoint(call)

    async def _read(self, request: web.Request, template: str) -> Call:
        body: Any = None
        uploads: list[Upload] = []
        try:
            if request.content_type == "multipart/form-data":
                body, uploads = await self._read_form(request)
            elif request.can_read_body:
                body = json.loads(await request.read() or b"null")
        except (ValueError, RecursionError):  # no JSON, no text, no form; or nested without end
            raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
        parts = {name: unquote(value) for name, value in request.match_info.items()}
        return Call(request.method, template, parts, dict(request.query), body, uploads)

    async def _read_form(self, request: web.Request) -> tuple[Any, list[Upload]]:
        body: Any = {}
        uploads: list[Upload] = []
        too_large = False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise invalid_form("payload_json", "Nested forms are not read.")
            if part.name == "payload_json":
                body = json.loads(await part.text())
                continue
            data = bytes(await part.read())
            too_large = too_large or len(data) > self._world.attachment_limit
            key = (part.name or "").removeprefix("files[").removesuffix("]")
            uploads.append(Upload(key, part.filename or "unknown", data))
        if too_large:
            raise ApiError(413, 40005, "Request entity too large")
        return body, uploads


def _json_response(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Discord's client reads a body as JSON only under exactly this Content-Type, without a charset."""
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={**(headers or {}), "Content-Type": "application/json"}
    )
