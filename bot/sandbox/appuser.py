"""A scripted person who uses the bot: commands, the Apps menu, buttons, selects, forms.

Every act gives a Handle on the interaction, to wait for the bot's answers. What Discord's client would not let
a person do raises Refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .commands import Filling, find_command
from .contents import Attachment
from .errors import Refused
from .forms import chosen_values, filled_form
from .handles import Handle, Modal
from .interaction import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, Interaction
from .model import Channel, Json, Message, User
from .onlooker import ChannelLike, Onlooker

BUTTON, SELECTS, LINK_STYLE = 2, (3, 5, 6, 7, 8), 5


class AppUser(Onlooker):
    """A person who acts on the bot."""

    async def command(self, name: str, /, *, in_: ChannelLike = None, **options: Any) -> Handle:
        """Run `/name` (`"memory search"` for a subcommand) with options by name.

        Files are (name, bytes), choices are named by what they show or by their value; people, channels and roles are
        given as such.
        """
        channel, (root, *path) = self.where(in_), name.split()
        command = find_command(self._world, self.user, channel, root, 1)
        filling = Filling(self._world, self.user, channel)
        data = filling.data(command, path, options)
        return self._start(COMMAND, channel, data, uploads=filling.uploads)

    async def autocomplete(
        self, name: str, option: str, typed: str, /, *, in_: ChannelLike = None, **options: Any
    ) -> Handle:
        """Type into an option and ask for suggestions; the others as far as they are filled in."""
        channel, (root, *path) = self.where(in_), name.split()
        command = find_command(self._world, self.user, channel, root, 1)
        filling = Filling(self._world, self.user, channel)
        data = filling.data(command, path, {option: typed, **options}, option)
        return self._start(AUTOCOMPLETE, channel, data, uploads=filling.uploads)

    async def message_command(self, name: str, message: Message) -> Handle:
        """Right-click a message and choose an entry of its Apps menu."""
        channel = self._see(message)
        filling = Filling(self._world, self.user, channel)
        return self._from_menu(channel, name, 3, filling.message(message), filling)

    async def user_command(self, name: str, user: User | Onlooker, *, in_: ChannelLike = None) -> Handle:
        """Right-click a person and choose an entry of the Apps menu."""
        channel = self.where(in_)
        filling = Filling(self._world, self.user, channel)
        target = filling.user(user.user if isinstance(user, Onlooker) else user)
        return self._from_menu(channel, name, 2, target, filling)

    async def press(self, message: Message, button: str) -> Handle:
        """Press a button, named by its label, its emoji or its custom id."""
        part = self._control(message, button, (BUTTON,))
        if part.get("style") == LINK_STYLE:
            raise Refused(f"{button} is a link to {part['url']}")
        data: Json = {"custom_id": part["custom_id"], "component_type": BUTTON, "id": part["id"]}
        return self._start(COMPONENT, self._world.channel(message.channel_id), data, message)

    async def select(self, message: Message, values: Sequence[Any] | str, *, menu: str | None = None) -> Handle:
        """Pick in a select, by labels or values; `menu` is its custom id or placeholder where there are several."""
        part = self._control(message, menu, SELECTS)
        channel = self._world.channel(message.channel_id)
        filling = Filling(self._world, self.user, channel)
        chosen = chosen_values(part, [values] if isinstance(values, str) else list(values), filling)
        data: Json = {
            "custom_id": part["custom_id"],
            "component_type": part["type"],
            "id": part["id"],
            "values": chosen,
        }
        if filling.resolved:
            data["resolved"] = filling.resolved
        return self._start(COMPONENT, channel, data, message)

    async def fill(self, form: Modal | Handle, **fields: Any) -> Handle:
        """Fill a form in and send it; fields by custom id, or by label with `_` for spaces."""
        modal = await form.form() if isinstance(form, Handle) else form
        source = modal.opened_by
        if source.user is not self.user:
            raise Refused(f"{self.name} does not see {source.user.display_name}'s form")
        filling = Filling(self._world, self.user, source.channel)
        data = filled_form(modal, fields, filling)
        return self._start(MODAL, source.channel, data, source.message, opened_from=source, uploads=filling.uploads)

    # ---- inside

    def _from_menu(self, channel: Channel, name: str, kind: int, target: str, filling: Filling) -> Handle:
        command = find_command(self._world, self.user, channel, name, kind)
        data: Json = {"id": str(command.id), "name": command.name, "type": kind, "target_id": target}
        return self._start(COMMAND, channel, data | {"resolved": filling.resolved})

    def _control(self, message: Message, wanted: str | None, kinds: tuple[int, ...]) -> Json:
        self._see(message)
        controls = [one for one in message.controls if one["type"] in kinds]
        for part in controls:
            emoji = (part.get("emoji") or {}).get("name")
            names = (part.get("label"), part.get("custom_id"), part.get("placeholder"), emoji)
            if wanted is None or wanted in names:
                if part.get("disabled"):
                    raise Refused(f"{wanted or part['custom_id']} is greyed out")
                return part
        shown = [one.get("label") or one.get("placeholder") or one.get("custom_id") for one in controls]
        raise Refused(f"The message has no {wanted!r} to use; it has {shown}")

    def _start(
        self,
        kind: int,
        channel: Channel,
        data: Json,
        message: Message | None = None,
        *,
        opened_from: Interaction | None = None,
        uploads: Sequence[Attachment] = (),
    ) -> Handle:
        interaction = self._sandbox.interactions.start(
            kind, self.user, channel, data, message=message, opened_from=opened_from, uploads=uploads
        )
        return Handle(interaction, self._world.watch)
