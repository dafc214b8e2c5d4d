"""The page for people: its files, and the control API under /sandbox/ through which it looks and acts as a person.

What a tab may do is page_acts.py, what it is shown views.py. Only the guard (this machine, this origin) protects
it: whoever sits at this computer may be anybody.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from .errors import ApiError, InteractionFailed, Refused
from .model import Channel, Json
from .page_acts import Files, PageActs
from .person import Person
from .views import View
from .world import Event

if TYPE_CHECKING:
    from .server import Sandbox

STATIC = Path(__file__).parent / "static"
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
STRUCTURE = ("CHANNEL_", "THREAD_", "GUILD_", "SANDBOX_GATEWAY")
"""Events after which somebody's overview may be another."""


class Page:
    """Serves the page and carries out what it asks."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._files: dict[str, bytes] = {}
        self._acts = PageActs(sandbox)
        self._sockets: set[web.WebSocketResponse] = set()

    async def add_to(self, app: web.Application) -> None:
        """Read the page's files and register the addresses."""
        self._files = await asyncio.to_thread(_read_static)
        app.router.add_get("/", self._file)
        app.router.add_get("/static/{name}", self._file)
        app.router.add_get("/sandbox/people", self._everybody)
        app.router.add_get("/sandbox/live/{person}", self._live)
        app.router.add_get("/sandbox/{person}/channels/{channel}/messages", self._messages)
        app.router.add_get("/sandbox/{person}/channels/{channel}/commands", self._commands)
        app.router.add_post("/sandbox/{person}/{act}", self._act)

    async def close(self) -> None:
        """Say goodbye to open pages."""
        for socket in list(self._sockets):
            await socket.close(code=1001)

    # ---- looking

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "index.html")
        if name not in self._files:
            return web.Response(status=404)
        headers = {
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-cache",
        }
        kind = TYPES[Path(name).suffix]
        charset = "utf-8" if kind.startswith("text/") else None
        return web.Response(body=self._files[name], content_type=kind, charset=charset, headers=headers)

    async def _everybody(self, request: web.Request) -> web.Response:
        """The names of all people, in order of their coming."""
        return web.json_response(list(self._sandbox.people))

    async def _messages(self, request: web.Request) -> web.Response:
        """The last messages of a channel, or those before the one whose id is asked for with `before`."""
        view, channel = self._looking(request)
        before = request.query.get("before", "")
        return web.json_response(view.messages(channel, int(before) if before.isdecimal() else None))

    async def _commands(self, request: web.Request) -> web.Response:
        view, channel = self._looking(request)
        return web.json_response(view.commands(channel))

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        """Everything that the person sees happening, from an overview on."""
        person = self._person(request)
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        self._sockets.add(socket)
        queue: asyncio.Queue[Event] = asyncio.Queue()
        stop = self._world.listen(queue.put_nowait)
        both = [
            asyncio.create_task(_until_closed(socket)),
            asyncio.create_task(self._tell(socket, person, queue)),
        ]
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            stop()
            self._sockets.discard(socket)
            for one in both:
                one.cancel()
            await asyncio.wait(both)
        return socket

    async def _tell(self, socket: web.WebSocketResponse, person: Person, queue: asyncio.Queue[Event]) -> None:
        view = View(self._world, person)
        shown: Json = {}
        frame = self._overview(view, shown)
        while True:
            if frame is not None:
                try:
                    await socket.send_json(frame)
                except ConnectionError:
                    return  # the tab was closed; its reader ends this connection
            event = await queue.get()
            if event.reader not in (None, person.id):
                frame = None
            elif event.name.startswith(STRUCTURE):
                frame = self._overview(view, shown)
            else:
                frame = self._frame(view, event)

    def _frame(self, view: View, event: Event) -> Json | None:
        """What a tab is told of something that concerns no more than one channel; None where nothing is."""
        if event.name == "SANDBOX_COMMANDS":
            return {"kind": "commands"}
        if event.name == "SANDBOX_INTERACTION":
            handle = self._acts.handle(event.data["id"])
            return None if handle is None else {"kind": "interaction"} | view.interaction(handle)
        if not view.sees(event.channel_id):
            return None
        where = {"channel": str(event.channel_id)}
        if event.name == "TYPING_START":
            return {"kind": "typing", "user": event.data["user_id"]} | where
        if event.name.startswith("MESSAGE_DELETE"):
            return {"kind": "gone", "ids": event.data.get("ids") or [event.data["id"]]} | where
        if event.name.startswith("MESSAGE_"):
            key = int(event.data.get("message_id") or event.data["id"])
            message = self._world.find_message(event.channel_id or 0, key)
            told = {"kind": "message", "new": event.name == "MESSAGE_CREATE"} | where
            return None if message is None else told | {"message": view.message(message)}
        return None

    def _overview(self, view: View, shown: Json) -> Json | None:
        """The parts of the overview that are not as `shown` to this tab, which is brought up to date; or None."""
        people = list(self._sandbox.people.values())
        now = view.overview(people, connected=self._sandbox.gateway.connected)
        changed = {name: part for name, part in now.items() if part != shown.get(name)}
        shown |= changed
        return {"kind": "overview"} | changed if changed else None

    # ---- acting

    async def _act(self, request: web.Request) -> web.Response:
        """Carry out one act: a form with `payload` (JSON) and files, answered by what came of it."""
        person = self._person(request)
        try:
            asked, files = await _read_form(request)
            result = await self._acts.do(person, request.match_info["act"], asked, files)
        except (Refused, InteractionFailed) as error:
            return web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.message}, status=400)
        except (KeyError, ValueError, TypeError) as error:
            return web.json_response({"error": f"This request is not understood: {error!r}"}, status=400)
        return web.json_response(result)

    # ---- finding

    def _looking(self, request: web.Request) -> tuple[View, Channel]:
        """Who looks, and at which channel; 404 where they see none of that id."""
        person = self._person(request)
        try:
            channel = self._acts.channel(person, request.match_info["channel"])
        except Refused as error:
            raise web.HTTPNotFound(text=str(error)) from None
        return View(self._world, person), channel

    def _person(self, request: web.Request) -> Person:
        wanted = request.match_info["person"]
        for person in self._sandbox.people.values():
            if wanted in (str(person.id), person.name):
                return person
        raise web.HTTPNotFound(text=f"There is nobody called {wanted!r}.")


async def _until_closed(socket: web.WebSocketResponse) -> None:
    async for _ in socket:
        pass


async def _read_form(request: web.Request) -> tuple[Json, Files]:
    asked: Json = {}
    files: Files = {}
    if request.content_type != "multipart/form-data":
        raise ValueError("an act is sent as multipart/form-data")
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise ValueError("a nested form")
        if part.name == "payload":
            asked = json.loads(await part.text())
        else:
            files[part.name] = (part.filename or "file", bytes(await part.read()))
    return asked, files


def _read_static() -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in STATIC.iterdir() if one.suffix in TYPES}
