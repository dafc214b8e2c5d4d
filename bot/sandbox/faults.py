"""Faults on demand: answers that fail, get lost or break off; events that come twice, late or in another order; a
gateway that drops, falls silent or asks to reconnect; servers that are out of reach.

    sandbox.faults.next("POST", MESSAGES, status=503, times=2)      the next two uploads fail
    sandbox.faults.lose_answer("POST", MESSAGES, skip=3)            the fourth arrives, its answer does not
    sandbox.faults.storm(8)                                         some of everything, by chance, from seed 8

One line is one rule; a rule is used up by what it happens to, and without rules nothing is disturbed. Paths are
matched with regular expressions, without `/api/v10` (`/channels/\\d+/messages$`); files are `/attachments/…`, the
gateway's address is `/gateway/`. A method may be `*`. Every rule takes `times` (None: without end), `skip`, `chance`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import formatdate
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from .fault_answers import Handler, disturbed, disturbed_path
from .fault_events import EventFaults
from .fault_rules import EventFault, EventKind, Fault, Kind, first_that_happens
from .gateway import Gateway
from .model import Guild, Json, User
from .world import World

EVENTS: Final = r"(?!READY|RESUMED|GUILD_CREATE)"
"""The events that rules disturb unless told otherwise: all that are not the beginning of a session."""
EDGE: Final = "<!DOCTYPE html><html><body><h1>{title}</h1><p>The edge says {title}.</p></body></html>"


class Faults:
    """The faults that wait to happen, and those that happen at once."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world = world
        self._gateway = gateway
        self.seed = 0
        self.rules: list[Fault] = []
        self.events = EventFaults(world.clock, lambda: self.seed)
        self.date_offset = 0.0
        """Seconds by which the `Date` of every answer is wrong; ids and limits stay right."""
        self._out_of_reach: dict[int, Fault] = {}
        gateway.outgoing = self.events.send

    # ---- requests

    def next(
        self,
        method: str,
        route_pattern: str,
        *,
        status: int = 503,
        body: Json | str | None = None,
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> Fault:
        """Answer with `status`, without carrying the request out unless `carried_out`. A text as `body` is HTML."""
        return self._rule(method, route_pattern, "status", status=status, body=body, headers=headers or {}, **how)

    def lose_answer(self, method: str, route_pattern: str, **how: Any) -> Fault:
        """Carry the request out, then reset the connection without an answer."""
        return self._rule(method, route_pattern, "reset", carried_out=True, **how)

    def reset(self, method: str, route_pattern: str, **how: Any) -> Fault:
        """Reset the connection before anything is carried out."""
        return self._rule(method, route_pattern, "reset", **how)

    def close(self, method: str, route_pattern: str, **how: Any) -> Fault:
        """Close the connection in good order, without an answer and before anything is carried out."""
        return self._rule(method, route_pattern, "close", **how)

    def slow(self, method: str, route_pattern: str, *, seconds: float, **how: Any) -> Fault:
        """Carry the request out and let the answer's body drip over so many real seconds."""
        return self._rule(method, route_pattern, "slow", carried_out=True, seconds=seconds, **how)

    def cut_short(self, method: str, route_pattern: str, **how: Any) -> Fault:
        """Carry the request out, send half of the answer's body, and close the connection."""
        return self._rule(method, route_pattern, "cut", carried_out=True, **how)

    def html(self, method: str, route_pattern: str, *, status: int = 200, **how: Any) -> Fault:
        """Answer with a page instead of JSON, as a proxy in between does; not carried out unless `carried_out`."""
        return self.next(method, route_pattern, status=status, body=EDGE.format(title="All is well"), **how)

    def rate_limit(
        self, method: str, route_pattern: str, *, retry_after: float = 0.2, scope: str = "user", **how: Any
    ) -> Fault:
        """Answer 429 with `retry_after` seconds; `scope` is user, shared or global."""
        body: Json = {
            "message": "The resource is being rate limited." if scope == "shared" else "You are being rate limited.",
            "retry_after": retry_after,
            "global": scope == "global",
        }
        headers = {"Retry-After": str(max(1, round(retry_after))), "X-RateLimit-Scope": scope, "Via": "1.1 sandbox"}
        if scope == "global":
            headers["X-RateLimit-Global"] = "true"
        return self.next(method, route_pattern, status=429, body=body, headers=headers, **how)

    def edge_limit(self, method: str, route_pattern: str, *, retry_after: int = 1, **how: Any) -> Fault:
        """429 from the edge, error 1015: a page without Discord's headers; whole seconds."""
        body, headers = EDGE.format(title="Error 1015"), {"Retry-After": str(retry_after), "Server": "edge"}
        return self.next(method, route_pattern, status=429, body=body, headers=headers, **how)

    def expire_links(self, **how: Any) -> Fault:
        """Answer requests for files as those whose links have expired."""
        body = "This content is no longer available."
        return self.next("GET", r"^/attachments/", status=404, body=body, **how)

    def refuse_direct(self, user: User, **how: Any) -> Fault:
        """Answer 403 with 50007, as for a person who takes no direct messages; without end unless told otherwise."""
        channel = self._world.direct_channel(self._world.bot, user)
        body: Json = {"message": "Cannot send messages to this user", "code": 50007}
        how = {"times": None, **how}
        return self.next("POST", rf"^/channels/{channel.id}/messages$", status=403, body=body, **how)

    def before(self, method: str, route_pattern: str, act: Callable[[], object], **how: Any) -> Fault:
        """Call `act` when the request arrives, then let it pass: take a permission or a channel away mid-job."""
        return self._rule(method, route_pattern, "act", act=act, **how)

    # ---- the gateway

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

    def duplicate_events(self, times: int | None = 1, names: str = EVENTS, **how: Any) -> EventFault:
        """Send events twice; `names` is a regular expression that their names begin with."""
        return self._event_rule(names, "twice", times=times, **how)

    def late_events(self, seconds: float, times: int | None = 1, names: str = EVENTS, **how: Any) -> EventFault:
        """Send events so many seconds later by the sandbox's clock; others pass them on the way."""
        return self._event_rule(names, "late", seconds=seconds, times=times, **how)

    def shuffle_events(self, many: int = 2, names: str = EVENTS, *, times: int | None = 0, **how: Any) -> EventFault:
        """Hold events back until there are `many`, then send them in another order; once, unless `times` says how
        many events this may happen to."""
        return self._event_rule(names, "shuffled", many=many, times=many if times == 0 else times, **how)

    # ---- servers

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """A server is out of reach, as GUILD_DELETE with `unavailable` says, and requests for it fail with 503."""
        if over:
            self.rules.remove(self._out_of_reach.pop(guild.id))
        else:
            ids = "|".join(str(one) for one in (guild.id, *(one.id for one in self._world.channels_of(guild))))
            rule = self.next("*", rf"/(guilds|channels)/({ids})(/|$)", status=503, times=None)
            self._out_of_reach[guild.id] = rule
        self._world.outage(guild, over=over)

    # ---- all together

    def storm(self, seed: int, routes: str = r"^/(channels|users|interactions|webhooks)/") -> None:
        """Disturb requests and events by chance until `clear`: 5 % errors, 2 % lost answers, 20 % doubled and 10 %
        late events (within the seconds that an interaction lives), some shuffled."""
        self.seed = seed
        for status in (500, 502, 503, 520):
            self.next("*", routes, status=status, times=None, chance=0.0125)
        self.lose_answer("*", routes, times=None, chance=0.02)
        self.reset("*", routes, times=None, chance=0.01)
        self.rate_limit("*", routes, retry_after=0.05, times=None, chance=0.02)
        self.late_events(0.3, times=None, chance=0.1)
        self.duplicate_events(times=None, chance=0.2)
        self.shuffle_events(3, times=None, chance=0.1)

    def clear(self) -> None:
        """Forget all rules, send what was held back, and let the gateway answer heartbeats again."""
        self.rules.clear()
        self._out_of_reach.clear()
        self.events.clear()
        self.date_offset = 0.0
        self._gateway.silent = False

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that happens to this request; acts are done on the way, and whoever waits may look again."""
        rules = [one for one in self.rules if one.concerns(method, path)]
        for one in rules:
            if one.act is not None and one.happens(self.seed):
                one.act()
                self._world.watch.notify()
        fault = first_that_happens(rules, lambda one: one.act is None, self.seed)
        if fault is not None:
            self._world.watch.notify()
        return fault

    def middleware(self) -> Middleware:
        """What the sandbox's web server plays around every request."""

        @web.middleware
        async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
            path = disturbed_path(request)
            fault = self.take(request.method, path) if path is not None else None
            if fault is not None:
                return await disturbed(request, handler, fault, self._date())
            answer = await handler(request)
            if self.date_offset and not answer.prepared:
                answer.headers["Date"] = self._date()
            return answer

        return around

    def _date(self) -> str:
        return formatdate(self._world.clock.now() + self.date_offset, usegmt=True)

    def _rule(self, method: str, route_pattern: str, kind: Kind, **how: Any) -> Fault:
        number = len(self.rules)
        rule = Fault(method=method, pattern=re.compile(route_pattern), kind=kind, number=number, **how)
        self.rules.append(rule)
        return rule

    def _event_rule(self, names: str, kind: EventKind, **how: Any) -> EventFault:
        number = len(self.events.rules)
        rule = EventFault(pattern=re.compile(names), kind=kind, number=number, **how)
        self.events.rules.append(rule)
        return rule
