"""Endpoints about the application itself: login, gateway address, users, application commands."""

from __future__ import annotations

from collections.abc import Callable

from .errors import ApiError, unknown
from .gateway import Gateway
from .limits import COMMANDS, check_command
from .model import Command, Json
from .rest import Call, Result, Routes
from .shapes import command_json, user_json
from .world import Event, World

APP = "/applications/{application_id}"


class AppRoutes:
    """Login and commands."""

    def __init__(self, world: World, gateway: Gateway, gateway_url: Callable[[], str]) -> None:
        self._world = world
        self._gateway = gateway
        self._gateway_url = gateway_url

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        found: Routes = [
            ("GET", "/gateway", lambda call: {"url": self._gateway_url()}),
            ("GET", "/gateway/bot", self._gateway_bot),
            ("GET", "/users/@me", lambda call: self._me()),
            ("GET", "/users/@me/guilds", self._my_guilds),
            ("POST", "/users/@me/channels", self._open_direct),
            ("GET", "/users/{user_id}", self._user),
            ("GET", "/applications/@me", lambda call: self._application()),
            ("GET", "/oauth2/applications/@me", lambda call: self._application()),
        ]
        for base in (APP, APP + "/guilds/{guild_id}"):
            found += [
                ("GET", base + "/commands", self._list),
                ("PUT", base + "/commands", self._replace),
                ("POST", base + "/commands", self._upsert),
                ("GET", base + "/commands/{command_id}", self._get),
                ("PATCH", base + "/commands/{command_id}", self._edit),
                ("DELETE", base + "/commands/{command_id}", self._delete),
            ]
        permissions = APP + "/guilds/{guild_id}/commands/{command_id}/permissions"
        return [*found, ("GET", permissions, self._permissions)]

    def _gateway_bot(self, call: Call) -> Result:
        limit = {
            "total": 1000,
            "remaining": max(0, 1000 - self._gateway.identified),
            "reset_after": 14_400_000,
            "max_concurrency": 1,
        }
        return {"url": self._gateway_url(), "shards": 1, "session_start_limit": limit}

    def _me(self) -> Json:
        return user_json(self._world.bot) | {"verified": True, "mfa_enabled": False, "email": None, "locale": "en-US"}

    def _my_guilds(self, call: Call) -> Result:
        mine = [one for one in self._world.guilds.values() if self._world.bot.id in one.members]
        return [
            {
                "id": str(one.id),
                "name": one.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": "0",
                "features": [],
            }
            for one in mine
        ]

    def _open_direct(self, call: Call) -> Result:
        user = self._world.users.get(int(call.body["recipient_id"]))
        if user is None or user.bot:
            raise unknown("User")
        return self._world.shapes.channel(self._world.direct_channel(self._world.bot, user))

    def _user(self, call: Call) -> Result:
        if (user := self._world.users.get(call.key("user_id"))) is None:
            raise unknown("User")
        return user_json(user)

    def _application(self) -> Json:
        bot = self._world.bot
        owner = next((one for one in self._world.users.values() if not one.bot), bot)
        return {
            "id": str(bot.id),
            "name": bot.display_name,
            "icon": None,
            "description": "",
            "summary": "",
            "type": None,
            "bot": user_json(bot),
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "owner": user_json(owner),
            "team": None,
            "flags": self._gateway.application_flags(),
            "flags_new": str(self._gateway.application_flags()),
            "explicit_content_filter": 0,
            "approximate_user_authorization_count": 0,
            "eligible_oauth2_scopes": [],
            "hook": True,
            "approximate_guild_count": len(self._world.guilds),
            "approximate_user_install_count": 0,
            "redirect_uris": [],
            "interactions_endpoint_url": None,
            "role_connections_verification_url": None,
            "integration_types_config": {"0": {}},
        }

    # ---- commands

    def _scope(self, call: Call) -> int | None:
        if call.key("application_id") != self._world.bot.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        return self._world.guild(call.key("guild_id")).id if "guild_id" in call.parts else None

    def _list(self, call: Call) -> Result:
        scope = self._scope(call)
        found = [self._json(one) for one in self._world.commands.values() if one.guild_id == scope]
        whole = call.query.get("with_localizations", "").lower() in ("1", "true")
        return found if whole else [_without_languages(one) for one in found]

    def _replace(self, call: Call) -> Result:
        scope = self._scope(call)
        for index, one in enumerate(call.body):
            check_command(one, str(index))
        kinds = [one.get("type") or 1 for one in call.body]
        if any(kinds.count(kind) > limit for kind, limit in ((1, COMMANDS), (2, 15), (3, 15))):
            raise ApiError(400, 30032, "Maximum number of application commands reached (100)")
        old = {(one.kind, one.name): one for one in self._world.commands.values() if one.guild_id == scope}
        for stale in old.values():
            del self._world.commands[stale.id]
        return [
            self._json(self._store(one, scope, old.get((one.get("type") or 1, one["name"])))) for one in call.body
        ]

    def _upsert(self, call: Call) -> Result:
        scope = self._scope(call)
        check_command(call.body, "0")
        kind, name = call.body.get("type") or 1, call.body["name"]
        same = (
            one
            for one in self._world.commands.values()
            if one.guild_id == scope and (one.kind, one.name) == (kind, name)
        )
        return self._json(self._store(call.body, scope, next(same, None)))

    def _get(self, call: Call) -> Result:
        return self._json(self._find(call))

    def _edit(self, call: Call) -> Result:
        command = self._find(call)
        changed = command.data | call.body
        check_command(changed, "0")
        return self._json(self._store(changed, command.guild_id, command))

    def _delete(self, call: Call) -> Result:
        del self._world.commands[self._find(call).id]
        self._tell()
        return None

    def _permissions(self, call: Call) -> Result:
        """Nobody has changed who may use a command: Discord then knows of no permissions."""
        self._scope(call)
        raise ApiError(404, 10066, "Unknown application command permissions")

    def _find(self, call: Call) -> Command:
        scope = self._scope(call)
        command = self._world.commands.get(call.key("command_id"))
        if command is None or command.guild_id != scope:
            raise unknown("application command")
        return command

    def _store(self, data: Json, scope: int | None, old: Command | None) -> Command:
        key = old.id if old is not None else self._world.new_id()
        version = old.version if old is not None and old.data == data else self._world.new_id()
        command = self._world.commands[key] = Command(key, version, scope, dict(data))
        self._tell()
        return command

    def _tell(self) -> None:
        self._world.publish(Event("SANDBOX_COMMANDS", {}))

    def _json(self, command: Command) -> Json:
        return command_json(command, self._world.bot.id)


def _without_languages(command: Json) -> Json:
    """A command or option as lists show it, unless the translations are asked for."""
    body = {key: value for key, value in command.items() if not key.endswith("_localizations")}
    for key in ("options", "choices"):
        if body.get(key):
            body[key] = [_without_languages(one) for one in body[key]]
    return body
