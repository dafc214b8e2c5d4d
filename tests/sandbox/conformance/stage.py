"""Commands, controls and forms whose answer is left to the check that uses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands

from bot.sandbox.handles import Handle
from bot.sandbox.model import Message

if TYPE_CHECKING:
    from .conftest import Place

Told = discord.Interaction[Any]


class Board(discord.ui.View):
    """One of each control; each use is kept for the check to answer."""

    def __init__(self, place: Place) -> None:
        super().__init__(timeout=None)
        self.add_item(Keeping(place, label="Press", custom_id="press", emoji="🐙"))
        self.add_item(discord.ui.Button(label="Link", url="https://example.com"))
        self.add_item(discord.ui.Button(label="Grey", custom_id="grey", disabled=True))
        options = [
            discord.SelectOption(label="Ink", value="ink", emoji="🖋"),
            discord.SelectOption(label="Oil", value="oil"),
        ]
        self.add_item(Choosing(place, custom_id="choose", options=options, max_values=2))
        self.add_item(ChoosingUsers(place, custom_id="users"))


class Keeping(discord.ui.Button[Board]):
    """A button whose presses are kept."""

    def __init__(self, place: Place, **how: Any) -> None:
        super().__init__(**how)
        self.place = place

    async def callback(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


class Choosing(discord.ui.Select[Board]):
    """A select whose choices are kept."""

    def __init__(self, place: Place, **how: Any) -> None:
        super().__init__(**how)
        self.place = place

    async def callback(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


class ChoosingUsers(discord.ui.UserSelect[Board]):
    """A select of people whose choices are kept."""

    def __init__(self, place: Place, **how: Any) -> None:
        super().__init__(**how)
        self.place = place

    async def callback(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


class Form(discord.ui.Modal, title="Your words"):
    """A form with a short and a long text."""

    name: discord.ui.TextInput[Form] = discord.ui.TextInput(label="Name", custom_id="name", max_length=10)
    prose: discord.ui.TextInput[Form] = discord.ui.TextInput(
        label="Prose", custom_id="prose", style=discord.TextStyle.long, required=False, default="once"
    )

    def __init__(self, place: Place) -> None:
        super().__init__(custom_id="form")
        self.place = place

    async def on_submit(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


async def set_stage(place: Place) -> None:
    """Register commands that leave the answer to the check."""
    tree, kept = place.client.tree, place.kept

    @tree.command(description="Says what the check says")
    async def ask(  # noqa: PLR0917 - discord.py reads options off the signature
        interaction: Told,
        text: str = "",
        number: int = 0,
        ratio: float = 0.0,
        flag: bool = False,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        file: discord.Attachment | None = None,
    ) -> None:
        interaction.extras["options"] = (text, number, ratio, flag, who, where, role, file)
        kept.put_nowait(interaction)

    @ask.autocomplete("text")
    async def suggest(interaction: Told, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}{at}", value=f"v{at}") for at in range(25)]

    group = app_commands.Group(name="memory", description="Memory")

    @group.command(description="Search")
    async def search(interaction: Told, query: str) -> None:
        interaction.extras["options"] = (query,)
        kept.put_nowait(interaction)

    tree.add_command(group)

    @tree.context_menu(name="Read it")
    async def read(interaction: Told, message: discord.Message) -> None:
        interaction.extras["target"] = message
        kept.put_nowait(interaction)

    @tree.context_menu(name="Wave")
    async def wave(interaction: Told, user: discord.Member) -> None:
        interaction.extras["target"] = user
        kept.put_nowait(interaction)

    @tree.command(description="Particular about what it is told")
    async def exact(  # noqa: PLR0917 - discord.py reads options off the signature
        interaction: Told,
        text: app_commands.Range[str, 2, 5] = "abc",
        number: app_commands.Range[int, 1, 4] = 1,
        style: Literal["ink", "oil"] = "ink",
        flag: bool = False,
        who: discord.Member | None = None,
        file: discord.Attachment | None = None,
    ) -> None: ...

    await tree.sync()


async def asked(place: Place, **options: Any) -> tuple[Handle, Told]:
    """A command, run by Sam, that waits for its answer."""
    handle = await place.sam.command("ask", in_="#general", **options)
    return handle, await place.kept.get()


async def board(place: Place) -> Message:
    """A message with one of each control."""
    return place.stored(await place.general.send("board", view=Board(place)))
