"""What Discord's own client does before a command is sent: finding it, checking and filling its options.

It raises Refused with the reason wherever the real client would not let a person press Enter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import permissions as rights
from .contents import Attachment
from .errors import Refused
from .files import clean_filename, content_type_of, picture_size
from .model import DM, Channel, Command, Json, Message, Role, User
from .shapes import member_json, public, role_json, user_json
from .world import World

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)


def usable_commands(world: World, user: User, channel: Channel, kind: int = 1) -> list[Command]:
    """The commands that the person may use here, a server's own before global ones of the same name."""
    found: dict[str, Command] = {}
    for command in sorted(world.commands.values(), key=lambda one: one.guild_id is None):
        here = command.guild_id is None or command.guild_id == channel.guild_id
        if here and command.kind == kind and not why_not(world, user, channel, command):
            found.setdefault(command.name, command)
    return sorted(found.values(), key=lambda one: one.name)


def why_not(world: World, user: User, channel: Channel, command: Command) -> str | None:
    """Why the client hides a command from the person, or None."""
    data = command.data
    if channel.type == DM:
        contexts = data.get("contexts")
        allowed = 1 in contexts if contexts is not None else data.get("dm_permission", True)
        return None if allowed else "the command is not for direct messages"
    if data.get("contexts") is not None and 0 not in data["contexts"]:
        return "the command is not for servers"
    granted = world.permissions(user, channel)
    if not granted & rights.USE_APPLICATION_COMMANDS:
        return "you may not use application commands here"
    needed = data.get("default_member_permissions")
    if needed is not None:
        if int(needed) == 0 and granted != rights.ALL:
            return "the command is for administrators"
        if granted & int(needed) != int(needed):
            return "you lack the permissions that the command asks for"
    if data.get("nsfw") and not channel.nsfw:
        return "the command needs an age-restricted channel"
    return None


def find_command(world: World, user: User, channel: Channel, name: str, kind: int) -> Command:
    """The command of that name; Refused with the reason where there is none to use."""
    for command in usable_commands(world, user, channel, kind):
        if command.name == name:
            return command
    for command in world.commands.values():
        if command.name == name and command.kind == kind and command.guild_id in (None, channel.guild_id):
            raise Refused(f"{name}: {why_not(world, user, channel, command)}")
    raise Refused(f"There is no command {name!r}. Known are: {_names(world.commands.values(), kind)}")


class Filling:
    """Fills a command's options with a person's values and collects what they refer to."""

    def __init__(self, world: World, user: User, channel: Channel) -> None:
        self._world = world
        self._user = user
        self._channel = channel
        self.resolved: Json = {}
        self.uploads: list[Attachment] = []

    def data(self, command: Command, path: list[str], values: dict[str, Any], focused: str | None = None) -> Json:
        """The interaction's `data`; `path` names subcommands, `focused` the option being typed (autocomplete)."""
        body: Json = {"id": str(command.id), "name": command.name, "type": command.kind}
        body["options"] = self._level(command.name, command.data.get("options") or [], path, values, focused)
        if command.guild_id is not None:
            body["guild_id"] = str(command.guild_id)
        if self.resolved:
            body["resolved"] = self.resolved
        return body

    def _level(
        self, name: str, options: list[Json], path: list[str], values: dict[str, Any], focused: str | None
    ) -> list[Json]:
        nested = [one for one in options if one["type"] in (SUBCOMMAND, GROUP)]
        if nested:
            chosen = next((one for one in nested if path and one["name"] == path[0]), None)
            if chosen is None:
                raise Refused(f"{name} needs one of: {', '.join(one['name'] for one in nested)}")
            inner = self._level(f"{name} {chosen['name']}", chosen.get("options") or [], path[1:], values, focused)
            return [{"name": chosen["name"], "type": chosen["type"], "options": inner}]
        if path:
            raise Refused(f"{name} has no subcommand {path[0]!r}")
        if strange := set(values) - {one["name"] for one in options}:
            raise Refused(f"{name} has no option {', '.join(sorted(strange))}")
        filled: list[Json] = []
        for option in options:
            value = values.get(option["name"])
            if value is None:
                if option.get("required") and focused is None:
                    raise Refused(f"{name}: the option {option['name']} is required")
                continue
            typing = option["name"] == focused
            one: Json = {"name": option["name"], "type": option["type"]}
            one["value"] = str(value) if typing else self._value(option, value)
            filled.append(one | ({"focused": True} if typing else {}))
        return filled

    def _value(self, option: Json, value: Any) -> Any:
        kind, name = option["type"], option["name"]
        if option.get("choices") and kind in (STRING, INTEGER, NUMBER):
            for choice in option["choices"]:
                if value in (choice["value"], choice["name"]):
                    return choice["value"]
            raise Refused(f"{name}: {value!r} is not one of {[one['name'] for one in option['choices']]}")
        if kind == STRING:
            least, most = option.get("min_length", 0), option.get("max_length", 6000)
            if not isinstance(value, str) or not least <= len(value) <= most:
                raise Refused(f"{name}: needs a text of {least} to {most} characters")
            return value
        if kind in (INTEGER, NUMBER):
            number = isinstance(value, int if kind == INTEGER else (int, float)) and not isinstance(value, bool)
            if not number or value < option.get("min_value", value) or value > option.get("max_value", value):
                raise Refused(
                    f"{name}: {value!r} is not a number within "
                    f"{option.get('min_value', '-∞')} and {option.get('max_value', '∞')}"
                )
            return value
        if kind == BOOLEAN:
            if not isinstance(value, bool):
                raise Refused(f"{name}: needs True or False")
            return value
        return self._reference(kind, option, value)

    def _reference(self, kind: int, option: Json, value: Any) -> str:
        if kind == FILE:
            return self.file(value)
        if kind in (USER, MENTIONABLE) and isinstance(getattr(value, "user", value), User):
            return self.user(getattr(value, "user", value))
        if kind in (ROLE, MENTIONABLE) and isinstance(value, Role):
            self.resolved.setdefault("roles", {})[str(value.id)] = role_json(value)
            return str(value.id)
        if kind == CHANNEL and isinstance(value, Channel):
            allowed = option.get("channel_types")
            if allowed and value.type not in allowed:
                raise Refused(f"{option['name']}: not this kind of channel")
            return self.channel(value)
        raise Refused(f"{option['name']}: {value!r} does not fit")

    def file(self, value: Any) -> str:
        """Take a `(name, bytes)` pair along with this interaction; its id."""
        if not (isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], bytes)):
            raise Refused("a file is given as (name, bytes)")
        filename, (width, height) = clean_filename(value[0]), picture_size(value[1]) or (None, None)
        if len(value[1]) > self._world.attachment_limit:
            raise Refused(
                f"{value[0]} is larger than the {self._world.attachment_limit:,} bytes that a file may have"
            )
        attachment = Attachment(
            self._world.new_id(),
            self._channel.id,
            filename,
            value[1],
            content_type_of(filename),
            None,
            width,
            height,
            ephemeral=True,
        )
        self.uploads.append(attachment)
        self.resolved.setdefault("attachments", {})[str(attachment.id)] = self._world.shapes.attachment(attachment)
        return str(attachment.id)

    def user(self, user: User) -> str:
        """Refer to a user, with the membership where there is one; the id."""
        self.resolved.setdefault("users", {})[str(user.id)] = user_json(user)
        guild = self._world.guilds.get(self._channel.guild_id or 0)
        if guild is not None and (member := guild.members.get(user.id)) is not None:
            granted = self._world.permissions(user, self._channel)
            body = member_json(member, with_user=False) | {"permissions": str(granted)}
            self.resolved.setdefault("members", {})[str(user.id)] = body
        return str(user.id)

    def channel(self, channel: Channel) -> str:
        """Refer to a channel; its id."""
        granted = self._world.permissions(self._user, channel)
        body = self._world.shapes.channel(channel) | {"permissions": str(granted)}
        self.resolved.setdefault("channels", {})[str(channel.id)] = body
        return str(channel.id)

    def message(self, message: Message) -> str:
        """Refer to a message, whole, as message commands do; its id."""
        body = public(self._world.shapes.message(message))
        self.resolved.setdefault("messages", {})[str(message.id)] = body
        return str(message.id)


def _names(commands: Iterable[Command], kind: int) -> str:
    return ", ".join(sorted({one.name for one in commands if one.kind == kind})) or "none yet"
