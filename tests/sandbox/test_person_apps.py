"""The scripted person using a bot: commands, the Apps menu, buttons, selects, forms, and who sees the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.sandbox.errors import InteractionFailed, Refused
from bot.sandbox.server import Sandbox

from .bots import Probe, connected
from .test_server_round_trip import PNG

Told = discord.Interaction[Probe]
INKS = ["sepia", "indigo", "ivory"]


class Signature(discord.ui.Modal, title="Sign it"):
    """A form with two texts."""

    prose: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Pen name", custom_id="pen", max_length=10)
    motto: discord.ui.TextInput[Any] = discord.ui.TextInput(label="Motto", custom_id="motto", required=False)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"{interaction.user.display_name}: {self.prose} / {self.motto}")


class Desk(discord.ui.View):
    """One of each control."""

    @discord.ui.select(placeholder="Ink", options=[discord.SelectOption(label=one) for one in INKS], max_values=2)
    async def ink(self, interaction: Told, select: discord.ui.Select[Any]) -> None:
        await interaction.response.edit_message(content=", ".join(select.values))

    @discord.ui.select(cls=discord.ui.UserSelect, placeholder="For whom")
    async def whom(self, interaction: Told, select: discord.ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"for {select.values[0].display_name}", ephemeral=True)

    @discord.ui.button(label="Sign")
    async def sign(self, interaction: Told, button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_modal(Signature())

    @discord.ui.button(emoji="🗑️")
    async def clear(self, interaction: Told, button: discord.ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @discord.ui.button(label="Greyed", disabled=True)
    async def greyed(self, interaction: Told, button: discord.ui.Button[Any]) -> None:
        raise AssertionError("nobody can press it")


def workshop() -> Probe:
    """A small bot with one command of each kind."""
    probe = Probe()

    @probe.tree.command(description="Look at a picture")
    async def look(interaction: Told, picture: discord.Attachment, note: discord.Attachment | None = None) -> None:
        data = await picture.read()
        await interaction.response.defer(thinking=True)
        await interaction.edit_original_response(content=f"{picture.filename}: {len(data)} bytes, note {note}")
        await interaction.followup.send("one more thing")
        await interaction.followup.send("and only for you", ephemeral=True)

    pens = app_commands.Group(name="pens", description="Pens")
    drawer = app_commands.Group(name="drawer", description="A drawer", parent=pens)

    @drawer.command(description="Take one")
    async def take(interaction: Told, ink: str, width: app_commands.Range[int, 1, 9] = 1) -> None:
        await interaction.response.send_message(f"{ink} {width}", ephemeral=True)

    @take.autocomplete("ink")
    async def suggest(interaction: Told, current: str) -> list[app_commands.Choice[str]]:
        width = interaction.namespace.width or 0
        return [app_commands.Choice(name=f"{one} ({width})", value=one) for one in INKS if one.startswith(current)]

    probe.tree.add_command(pens)

    @probe.tree.command(description="A desk")
    async def desk(interaction: Told) -> None:
        view = Desk().add_item(discord.ui.Button(label="Manual", url="https://example.org"))
        await interaction.response.send_message("the desk", view=view)

    @probe.tree.command(description="Says nothing")
    async def silent(interaction: Told) -> None:
        pass

    @probe.tree.command(description="For managers")
    @app_commands.default_permissions(manage_guild=True)
    async def manage(interaction: Told) -> None:
        await interaction.response.send_message("managed")

    @probe.tree.context_menu(name="Read aloud")
    async def aloud(interaction: Told, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.display_name} wrote {message.content}")

    @probe.tree.context_menu(name="Wave")
    async def wave(interaction: Told, user: discord.Member) -> None:
        await interaction.response.send_message(f"{interaction.user.display_name} waves to {user.display_name}")

    return probe


@pytest.fixture
async def place(sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    """The sandbox with the small bot in it."""
    async with connected(sandbox, workshop()):
        yield sandbox


async def test_a_command_with_files_and_what_follows(place: Sandbox) -> None:
    sam, robin = place.person("Sam"), place.person("Robin")
    handle = await sam.command("look", picture=("my cat.png", PNG), in_="#stories")
    assert (await handle.response()).content == f"my_cat.png: {len(PNG)} bytes, note None"
    assert (await handle.followup()).content == "one more thing"
    private = await handle.followup(2)
    assert private in sam.read("#stories")
    assert private not in robin.read("#stories")
    with pytest.raises(Refused, match="does not see"):
        await robin.react(private, "👀")
    await sam.delete(private)
    assert private.deleted


async def test_subcommands_and_suggestions(place: Sandbox) -> None:
    sam = place.person("Sam")
    handle = await sam.autocomplete("pens drawer take", "ink", "i", width=3)
    assert await handle.suggestions() == [("indigo (3)", "indigo"), ("ivory (3)", "ivory")]
    answer = await (await sam.command("pens drawer take", ink="ivory", width=3)).response()
    assert answer.content == "ivory 3"
    with pytest.raises(Refused, match="needs one of: drawer"):
        await sam.command("pens", ink="ivory")
    with pytest.raises(Refused, match="needs one of: take"):
        await sam.command("pens drawer", ink="ivory")


async def test_what_is_offered_to_whom(place: Sandbox) -> None:
    sam, robin = place.person("Sam"), place.person("Robin")
    assert robin.commands("#general") == ["desk", "look", "manage", "pens", "silent"]
    assert sam.commands("#general") == ["desk", "look", "pens", "silent"]
    said = await sam.say("#general", "once upon a time")
    assert robin.apps_menu(said) == ["Read aloud"]
    assert robin.apps_menu() == ["Wave"]


async def test_the_apps_menu(place: Sandbox) -> None:
    sam, robin = place.person("Sam"), place.person("Robin")
    said = await sam.say("#general", "once upon a time")
    answer = await (await robin.message_command("Read aloud", said)).response()
    assert answer.content == "Sam wrote once upon a time"
    for target in (sam, sam.user):
        answer = await (await robin.user_command("Wave", target)).response()
        assert answer.content == "Robin waves to Sam"
    with pytest.raises(Refused, match="no command"):
        await robin.message_command("Wave", said)


async def test_picking(place: Sandbox) -> None:
    sam, robin = place.person("Sam"), place.person("Robin")
    desk = await (await sam.command("desk")).response()
    updated = await sam.select(desk, ["sepia", "ivory"], menu="Ink")
    assert (await updated.acked()).kind == "update"
    assert desk.content == "sepia, ivory"
    private = await (await sam.select(desk, [robin.user], menu="For whom")).response()
    assert private.content == "for Robin"
    for values, menu in (
        (["chalk"], "Ink"),
        (INKS, "Ink"),
        ([], "Ink"),
        (["sepia"], "For whom"),
        ("sepia", "No menu"),
    ):
        with pytest.raises(Refused):
            await sam.select(desk, values, menu=menu)


async def test_pressing_and_forms(place: Sandbox) -> None:
    sam, robin = place.person("Sam"), place.person("Robin")
    desk = await (await sam.command("desk")).response()
    opened = await robin.press(desk, "Sign")
    form = await opened.form()
    assert (form.title, form.labels) == ("Sign it", {"Pen name": "pen", "Motto": "motto"})
    with pytest.raises(Refused, match="Robin's form"):
        await sam.fill(form, pen="S")
    with pytest.raises(Refused, match="pen"):
        await robin.fill(form, pen="x" * 11)
    with pytest.raises(Refused, match="no field"):
        await robin.fill(form, pencil="R")
    assert (await (await robin.fill(opened, Pen_name="R.", motto="on")).response()).content == "Robin: R. / on"
    for button, why in (("Greyed", "greyed out"), ("Manual", "a link to"), ("Absent", "it has")):
        with pytest.raises(Refused, match=why):
            await sam.press(desk, button)
    await sam.press(desk, "🗑️")
    await sam.wait_until_gone(desk)
    with pytest.raises(Refused, match="does not see"):
        await sam.press(desk, "Sign")


async def test_an_answer_that_does_not_come(place: Sandbox) -> None:
    sam = place.person("Sam")
    handle = await sam.command("silent")
    with pytest.raises(TimeoutError, match=r"the first answer did not come within 0\.01 s.*shown so far: nothing"):
        await handle.response(timeout=0.01)
    place.clock.advance(3.0)
    with pytest.raises(InteractionFailed):
        await handle.suggestions()
    spoken = await sam.command("desk")
    await spoken.response()
    with pytest.raises(TimeoutError, match=r"follow-up 1 did not come.*the desk"):
        await spoken.followup(timeout=0.01)
    with pytest.raises(InteractionFailed, match="No form"):
        await spoken.form()
