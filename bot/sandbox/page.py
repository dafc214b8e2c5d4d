"""The page for people: its files, and the control API under /sandbox/ through which it acts as a person.

Every act goes through Person, so the page can do no more than a scripted person can. Only the guard (this
machine, this origin) protects it: whoever sits at this computer may be anybody.
"""

from __future__ import annotations

import asyncio
import json
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import BodyPartReader, web

from .errors import ApiError, InteractionFailed, Refused
from .handles import Handle
from .model import Channel, Json, Message, Role
from .person import Person
from .views import View
from .world import Event

if TYPE_CHECKING:
    from .server import Sandbox

STATIC = Path(__file__).parent / "static"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
KEPT_HANDLES = 500
STRUCTURE = ("CHANNEL_", "THREAD_", "GUILD_", "SANDBOX_COMMANDS", "SANDBOX_GATEWAY")


class Page:
    """Serves the page and carries out what it asks."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._files: dict[str, bytes] = {}
        self._handles: OrderedDict[str, Handle] = OrderedDict()
        self._sockets: set[web.WebSocketResponse] = set()

    async def add_to(self, app: web.Application) -> None:
        """Read the page's files and register the addresses."""
        self._files = await asyncio.to_thread(_read_static)
        app.router.add_get("/", self._file)
        app.router.add_get("/static/{name}", self._file)
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
        return web.Response(
            body=self._files[name], content_type=TYPES[Path(name).suffix], charset="utf-8", headers=headers
        )

    async def _messages(self, request: web.Request) -> web.Response:
        person = self._person(request)
        try:
            channel = self._channel(person, request.match_info["channel"])
        except Refused as error:
            raise web.HTTPNotFound(text=str(error)) from None
        return web.json_response(View(self._world, person).messages(channel))

    async def _commands(self, request: web.Request) -> web.Response:
        person = self._person(request)
        try:
            channel = self._channel(person, request.match_info["channel"])
        except Refused as error:
            raise web.HTTPNotFound(text=str(error)) from None
        return web.json_response(View(self._world, person).commands(channel))

    async def _live(self, request: web.Request) -> web.WebSocketResponse:
        """Everything that the person sees happening, from an overview on."""
        person = self._person(request)
        socket = web.WebSocketResponse(heartbeat=30.0)
        await socket.prepare(request)
        self._sockets.add(socket)
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        stop = self._world.listen(queue.put_nowait)
        writer = asyncio.create_task(self._tell(socket, person, queue))
        try:
            async for _ in socket:
                pass
        finally:
            stop()
            self._sockets.discard(socket)
            writer.cancel()
            await asyncio.wait([writer])
        return socket

    async def _tell(self, socket: web.WebSocketResponse, person: Person, queue: asyncio.Queue[Event | None]) -> None:
        view = View(self._world, person)
        await socket.send_json({"kind": "overview"} | self._overview(view))
        while (event := await queue.get()) is not None:
            if (frame := self._frame(view, person, event)) is not None:
                try:
                    await socket.send_json(frame)
                except ConnectionError:
                    return  # the tab was closed; its reader ends this connection

    def _frame(self, view: View, person: Person, event: Event) -> Json | None:
        if event.reader not in (None, person.id):
            return None
        if event.name.startswith(STRUCTURE):
            return {"kind": "overview"} | self._overview(view)
        if event.name == "SANDBOX_INTERACTION":
            handle = self._handles.get(event.data["id"])
            return None if handle is None else {"kind": "interaction"} | view.interaction(handle)
        if not view.sees(event.channel_id):
            return None
        where = {"channel": str(event.channel_id)}
        if event.name == "TYPING_START":
            return {"kind": "typing", "user": event.data["user_id"]} | where
        if event.name == "MESSAGE_DELETE":
            return {"kind": "gone", "id": event.data["id"]} | where
        if event.name.startswith("MESSAGE_"):
            key = int(event.data.get("message_id") or event.data["id"])
            message = self._world.find_message(event.channel_id or 0, key)
            return None if message is None else {"kind": "message", "message": view.message(message)} | where
        return None

    def _overview(self, view: View) -> Json:
        people = list(self._sandbox.people.values())
        return view.overview(people, connected=self._sandbox.gateway.connected)

    # ---- acting

    async def _act(self, request: web.Request) -> web.Response:
        """Carry out one act: a form with `payload` (JSON) and files, answered by what came of it."""
        person = self._person(request)
        try:
            asked, files = await _read_form(request)
            result = await self._do(person, request.match_info["act"], asked, files)
        except (Refused, InteractionFailed) as error:
            return web.json_response({"error": str(error)}, status=400)
        except ApiError as error:
            return web.json_response({"error": error.message}, status=400)
        except (KeyError, ValueError, TypeError) as error:
            return web.json_response({"error": f"This request is not understood: {error!r}"}, status=400)
        return web.json_response(result)

    async def _do(self, person: Person, act: str, asked: Json, files: dict[str, tuple[str, bytes]]) -> Json:
        channel = self._channel(person, asked["channel"])
        message = self._message(channel, asked["message"]) if asked.get("message") else None
        if act == "say":
            said = await person.say(
                channel,
                asked.get("text", ""),
                files=list(files.values()),
                reply_to=message,
                ping=asked.get("ping", True),
            )
            return {"id": str(said.id)}
        if act in ("command", "autocomplete"):
            return await self._command(person, act, channel, asked, files)
        if message is None:
            raise Refused("This needs a message")
        if act == "press":
            return self._keep(await person.press(message, asked["custom_id"]))
        if act == "select":
            values = [self._thing(person, channel, asked.get("type", 3), one) for one in asked["values"]]
            return self._keep(await person.select(message, values, menu=asked["custom_id"]))
        if act == "app":
            return self._keep(await person.message_command(asked["name"], message))
        if act == "thread":
            return {"id": str((await person.start_thread(message, asked["name"])).id)}
        if act == "edit":
            await person.edit(message, asked["text"])
        elif act == "delete":
            await person.delete(message)
        elif act in ("react", "unreact"):
            await (person.react if act == "react" else person.unreact)(message, asked["emoji"])
        else:
            raise Refused(f"There is no act {act!r}")
        return {}

    async def _command(
        self, person: Person, act: str, channel: Channel, asked: Json, files: dict[str, tuple[str, bytes]]
    ) -> Json:
        if asked.get("form"):
            handle = self._handles[asked["form"]]
            return self._keep(await person.fill(handle, **asked["values"], **files))
        options: dict[str, Any] = {
            name: self._thing(person, channel, kind, value) for name, (kind, value) in asked["options"].items()
        }
        if act == "command":
            return self._keep(await person.command(asked["name"], in_=channel, **options, **files))
        handle = await person.autocomplete(
            asked["name"], asked["option"], asked["typed"], in_=channel, **options, **files
        )
        await handle.acked(timeout=5.0)
        return {"choices": [{"name": name, "value": value} for name, value in handle.choices or []]}

    def _thing(self, person: Person, channel: Channel, kind: int, value: Any) -> Any:
        """A value of the page as what it stands for: a user (6), a channel (7, in selects 8), a role, or itself."""
        if kind not in (6, 7, 8, 9, 5) or isinstance(value, bool):
            return value
        key = int(value)
        if key in self._world.users:
            return self._world.users[key]
        if key in self._world.channels:
            return self._channel(person, str(key))
        guild = self._world.guilds.get(channel.guild_id or 0)
        role: Role | None = guild.roles.get(key) if guild is not None else None
        return value if role is None else role

    def _keep(self, handle: Handle) -> Json:
        self._handles[str(handle.interaction.id)] = handle
        while len(self._handles) > KEPT_HANDLES:
            self._handles.popitem(last=False)
        return View.interaction(handle)

    # ---- finding

    def _person(self, request: web.Request) -> Person:
        wanted = request.match_info["person"]
        for person in self._sandbox.people.values():
            if wanted in (str(person.id), person.name):
                return person
        raise web.HTTPNotFound(text=f"There is nobody called {wanted!r}.")

    def _channel(self, person: Person, key: str) -> Channel:
        channel = self._world.channels.get(int(key)) if key.isdecimal() else None
        if channel is None:
            raise Refused("There is no such channel")
        return person.where(channel)

    @staticmethod
    def _message(channel: Channel, key: str) -> Message:
        if (message := channel.messages.get(int(key))) is None:
            raise Refused("The message is gone")
        return message


async def _read_form(request: web.Request) -> tuple[Json, dict[str, tuple[str, bytes]]]:
    asked: Json = {}
    files: dict[str, tuple[str, bytes]] = {}
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
