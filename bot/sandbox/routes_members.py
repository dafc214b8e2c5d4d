"""Endpoints about the members and roles of a server."""

from __future__ import annotations

from . import permissions as rights
from . import roles
from .errors import missing_permissions, unknown
from .model import Guild, Json, Member, Role
from .rest import Call, Result, Routes
from .shapes import member_json, role_json
from .world import World

GUILD = "/guilds/{guild_id}"
MEMBER = GUILD + "/members/{user_id}"
ROLE = GUILD + "/roles/{role_id}"


class MemberRoutes:
    """What the bot asks about members and roles, and what it changes there."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Routes:
        """Method, path and endpoint of each."""
        return [
            ("GET", GUILD + "/roles", self._roles),
            ("POST", GUILD + "/roles", self._new_role),
            ("GET", ROLE, lambda call: role_json(self._role(call))),
            ("PATCH", ROLE, self._change_role),
            ("DELETE", ROLE, self._remove_role),
            ("GET", GUILD + "/members", self._members),
            ("GET", MEMBER, lambda call: member_json(self._member(call))),
            ("PATCH", GUILD + "/members/@me", self._nick),
            ("PATCH", MEMBER, self._nick),
            ("PUT", MEMBER + "/roles/{role_id}", self._give),
            ("DELETE", MEMBER + "/roles/{role_id}", self._take),
        ]

    def _guild(self, call: Call, needed: int = 0) -> Guild:
        guild = self._world.guild(call.key("guild_id"))
        self._world.require_in(guild, needed)
        return guild

    # ---- members

    def _member(self, call: Call) -> Member:
        if (member := self._guild(call).members.get(call.key("user_id"))) is None:
            raise unknown("Member")
        return member

    def _members(self, call: Call) -> Result:
        after, limit = call.number("after", 0), call.number("limit", 1)
        members = sorted(self._guild(call).members.values(), key=lambda one: one.user.id)
        return [member_json(one) for one in members if one.user.id > after][:limit]

    def _nick(self, call: Call) -> Result:
        own = "user_id" not in call.parts
        guild = self._guild(call, rights.CHANGE_NICKNAME if own else rights.MANAGE_NICKNAMES)
        member = guild.members[self._world.bot.id] if own else self._member(call)
        if "nick" in call.body:
            member.nick = call.body["nick"] or None
        roles.tell_member(self._world, guild, member.user)
        return member_json(member)

    def _give(self, call: Call) -> Result:
        guild = self._guild(call, rights.MANAGE_ROLES)
        roles.give(self._world, guild, self._member(call).user, self._below_me(guild, self._role(call)))
        return None

    def _take(self, call: Call) -> Result:
        guild = self._guild(call, rights.MANAGE_ROLES)
        roles.take(self._world, guild, self._member(call).user, self._below_me(guild, self._role(call)))
        return None

    # ---- roles

    def _roles(self, call: Call) -> Result:
        return [role_json(one) for one in self._guild(call).roles.values()]

    def _role(self, call: Call) -> Role:
        if (role := self._guild(call).roles.get(call.key("role_id"))) is None:
            raise unknown("Role")
        return role

    def _below_me(self, guild: Guild, role: Role) -> Role:
        """The role, if the bot's highest one stands above it; 50013 otherwise."""
        mine = [guild.roles[one].position for one in guild.members[self._world.bot.id].roles]
        if guild.owner_id != self._world.bot.id and role.position >= max(mine, default=0):
            raise missing_permissions()
        return role

    def _new_role(self, call: Call) -> Result:
        guild = self._guild(call, rights.MANAGE_ROLES)
        body: Json = call.body or {}
        default = guild.roles[guild.id].permissions
        granted = default if body.get("permissions") is None else int(body["permissions"])
        role = roles.add(self._world, guild, body.get("name") or "new role", granted, lowest=True)
        return self._changed(guild, role, body)

    def _change_role(self, call: Call) -> Result:
        guild = self._guild(call, rights.MANAGE_ROLES)
        role = self._below_me(guild, self._role(call))
        body: Json = call.body or {}
        role.permissions = int(body.get("permissions") or role.permissions)
        return self._changed(guild, role, body)

    def _changed(self, guild: Guild, role: Role, body: Json) -> Json:
        role.name = body.get("name") or role.name
        colors = body.get("colors") or {}
        role.color = colors.get("primary_color") or body.get("color") or role.color
        role.hoist = bool(body.get("hoist", role.hoist))
        role.mentionable = bool(body.get("mentionable", role.mentionable))
        roles.update(self._world, guild, role, role.permissions)
        return role_json(role)

    def _remove_role(self, call: Call) -> Result:
        guild = self._guild(call, rights.MANAGE_ROLES)
        roles.remove(self._world, guild, self._below_me(guild, self._role(call)))
        return None
