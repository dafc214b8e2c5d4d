"""Interactions of every kind through discord.py's public API, and what Discord's client refuses beforehand."""

from __future__ import annotations

from typing import Any, Literal

import aiohttp
import discord
import pytest
from discord import app_commands

from bot.sandbox import permissions as rights
from bot.sandbox.errors import InteractionFailed, Refused
from bot.sandbox.server import Sandbox

from .bots import Probe, connected

Told = discord.Interaction[Probe]


class Words(discord.ui.Modal, title="Your words"):
    """A form with one text."""

    prose: discord.ui.TextInput[Words] = discord.ui.TextInput(label="Prose", custom_id="prose", min_length=3)

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"heard: {self.prose.value}")


class Choices(discord.ui.View):
    """A select and a button that edits its message."""

    @discord.ui.select(options=[discord.SelectOption(label="Ink", value="ink"), discord.SelectOption(label="Oil")])
    async def pick(self, interaction: Told, select: discord.ui.Select[Choices]) -> None:
        await interaction.response.edit_message(content=f"picked {select.values[0]}")

    @discord.ui.button(label="Later", style=discord.ButtonStyle.secondary)
    async def later(self, interaction: Told, button: discord.ui.Button[Choices]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later", view=None)

    @discord.ui.button(label="Write")
    async def write(self, interaction: Told, button: discord.ui.Button[Choices]) -> None:
        await interaction.response.send_modal(Words())


def probe_with_commands() -> Probe:
    probe = Probe()
    kept: list[Told] = []
    probe.kept = kept  # type: ignore[attr-defined]

    @probe.tree.command(description="Everything an option can be")
    async def options(  # noqa: PLR0917 - discord.py reads options off the signature
        interaction: Told,
        text: app_commands.Range[str, 2, 5],
        number: app_commands.Range[int, 1, 4] = 1,
        style: Literal["ink", "oil"] = "ink",
        flag: bool = False,
        who: discord.Member | None = None,
        where: discord.TextChannel | None = None,
        role: discord.Role | None = None,
    ) -> None:
        parts = [text, str(number), style, str(flag), str(who), str(where), str(role)]
        await interaction.response.send_message(" ".join(parts), ephemeral=True)

    group = app_commands.Group(name="memory", description="Memory")

    @group.command(description="Search")
    async def search(interaction: Told, query: str) -> None:
        await interaction.response.send_message(f"searched {query}")

    @search.autocomplete("query")
    async def suggest(interaction: Told, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}…", value=current * 2)]

    probe.tree.add_command(group)

    @probe.tree.command(description="Controls")
    async def controls(interaction: Told) -> None:
        await interaction.response.send_message("choose", view=Choices())

    @probe.tree.command(description="Keeps the interaction and says nothing")
    async def silent(interaction: Told) -> None:
        kept.append(interaction)
        interaction.client.dispatch("kept", interaction)

    @probe.tree.command(description="Opens a form")
    async def form(interaction: Told) -> None:
        await interaction.response.send_modal(Words())

    @probe.tree.command(description="For managers")
    @app_commands.default_permissions(manage_guild=True)
    async def manage(interaction: Told) -> None:
        await interaction.response.send_message("managed")

    @probe.tree.context_menu(name="Tell its story")
    async def tell(interaction: Told, message: discord.Message) -> None:
        names = [one.filename for one in message.attachments]
        await interaction.response.send_message(f"{message.content} {names}")

    @probe.tree.context_menu(name="Their stories")
    async def theirs(interaction: Told, user: discord.Member) -> None:
        await interaction.response.send_message(f"{user.name} {len(user.roles)}")

    return probe


async def test_options_arrive_with_their_types(sandbox: Sandbox) -> None:
    robin, sam = sandbox.person("Robin"), sandbox.person("Sam")
    role = sandbox.world.add_role(sandbox.guild("Storybook Corner"), "Artist")
    async with connected(sandbox, probe_with_commands()):
        handle = await robin.command(
            "options",
            text="abc",
            number=3,
            style="oil",
            flag=True,
            who=sam,
            where=sandbox.channel("stories"),
            role=role,
        )
        answer = await handle.response()
        assert answer.content == "abc 3 oil True sam stories Artist"
        assert answer.visible_to == robin.id


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"text": "a"},
        {"text": "abcdef"},
        {"text": "abc", "number": 5},
        {"text": "abc", "number": "1"},
        {"text": "abc", "style": "chalk"},
        {"text": "abc", "nonsense": 1},
        {"text": "abc", "flag": 1},
        {"text": "abc", "who": "Sam"},
    ],
)
async def test_the_client_refuses_wrong_options(sandbox: Sandbox, options: dict[str, Any]) -> None:
    async with connected(sandbox, probe_with_commands()):
        with pytest.raises(Refused):
            await sandbox.person("Robin").command("options", **options)


async def test_subcommands_and_autocomplete(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()):
        typed = await robin.autocomplete("memory search", "query", "ab")
        assert (await typed.acked()).kind == "choices"
        assert typed.choices == [("ab…", "abab")]
        found = await (await robin.command("memory search", query="abab")).response()
        assert found.content == "searched abab"
        with pytest.raises(Refused):
            await robin.command("memory")
        with pytest.raises(Refused):
            await robin.command("nothing")


async def test_commands_for_managers_are_hidden_from_members(sandbox: Sandbox) -> None:
    async with connected(sandbox, probe_with_commands()):
        assert (await (await sandbox.person("Robin").command("manage")).response()).content == "managed"
        with pytest.raises(Refused, match="permissions"):
            await sandbox.person("Sam").command("manage")


async def test_message_commands_bring_the_whole_message(sandbox: Sandbox) -> None:
    sam, robin = sandbox.person("Sam"), sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()):
        picture = await sam.say("#stories", "mine", files=[("a.png", b"1")])
        answer = await (await robin.message_command("Tell its story", picture)).response()
        assert answer.content == "mine ['a.png']"
        assert answer.channel_id == picture.channel_id


async def test_user_commands_bring_the_member(sandbox: Sandbox) -> None:
    sam, guild = sandbox.person("Sam"), sandbox.guild("Storybook Corner")
    sandbox.world.give_role(guild, sam.user, sandbox.world.add_role(guild, "Artist"))
    async with connected(sandbox, probe_with_commands()):
        await sandbox.until_command("Their stories")
        answer = await (await sandbox.person("Robin").user_command("Their stories", sam.user)).response()
        assert answer.content == "sam 2"


async def test_roles_grant_what_commands_ask_for(sandbox: Sandbox) -> None:
    sam, guild = sandbox.person("Sam"), sandbox.guild("Storybook Corner")
    role = sandbox.world.add_role(guild, "Keeper")
    sandbox.world.give_role(guild, sam.user, role)
    async with connected(sandbox, probe_with_commands()):
        with pytest.raises(Refused):
            await sam.command("manage")
        sandbox.world.update_role(guild, role, discord.Permissions(manage_guild=True).value)
        assert (await (await sam.command("manage")).response()).content == "managed"


async def test_select_button_and_modal(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()):
        shown = await (await robin.command("controls")).response()
        assert shown.labels == ["Later", "Write"]
        picked = await robin.select(shown, "Ink")
        assert (await picked.acked()).kind == "update"
        assert shown.content == "picked ink"
        with pytest.raises(Refused):
            await robin.select(shown, "Chalk")
        opened = await robin.press(shown, "Write")
        modal = await opened.form()
        assert (modal.title, modal.labels) == ("Your words", {"Prose": "prose"})
        with pytest.raises(Refused):
            await robin.fill(modal, prose="ab")
        said = await (await robin.fill(modal, prose="once upon")).response()
        assert said.content == "heard: once upon"
        later = await robin.press(shown, "Later")
        assert (await later.acked()).kind == "deferred_update"
        await robin.wait_for("#general", lambda one: one.content == "later" and not one.components)


async def test_a_form_from_a_command(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()):
        said = await (await robin.fill(await robin.command("form"), Prose="hello")).response()
        assert said.content == "heard: hello"


async def kept(probe: Probe) -> Told:
    (interaction,) = await probe.until_event("kept")
    assert isinstance(interaction, discord.Interaction)
    return interaction


@pytest.mark.parametrize("answered", [False, True])
async def test_where_the_channel_was_deleted_every_answer_is_10003(sandbox: Sandbox, answered: bool) -> None:
    robin = sandbox.person("Robin")
    channel = sandbox.world.add_channel(next(iter(sandbox.world.guilds.values())), "short-lived")
    async with connected(sandbox, probe_with_commands()) as probe:
        await robin.command("silent", in_=channel)
        told = await kept(probe)
        if answered:
            await told.response.defer(ephemeral=True)
        sandbox.world.remove_channel(channel)
        answer = told.edit_original_response if answered else told.response.send_message
        with pytest.raises(discord.NotFound) as gone:
            await answer(content=f"for {robin.mention}")
        assert gone.value.code == 10003


async def test_after_three_seconds_it_failed_and_the_answer_is_10062(sandbox: Sandbox) -> None:
    async with connected(sandbox, probe_with_commands()) as probe:
        handle = await sandbox.person("Robin").command("silent")
        told = await kept(probe)
        assert not handle.failed
        sandbox.clock.advance(3.0)
        assert handle.failed
        with pytest.raises(InteractionFailed):
            await handle.response()
        with pytest.raises(discord.NotFound) as late:
            await told.response.send_message("too late")
        assert late.value.code == 10062


async def test_a_second_answer_is_40060(sandbox: Sandbox) -> None:
    async with connected(sandbox, probe_with_commands()) as probe:
        await sandbox.person("Robin").command("silent")
        told = await kept(probe)
        await told.response.send_message("first")
        told.response._response_type = None
        with pytest.raises(discord.HTTPException) as twice:
            await told.response.send_message("second")
        assert twice.value.code == 40060


async def test_follow_ups_edits_and_the_end_of_the_token(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()) as probe:
        handle = await robin.command("silent")
        told = await kept(probe)
        await told.response.defer(ephemeral=True, thinking=True)
        assert handle.original is not None
        assert handle.original.loading
        first = await told.followup.send("fills the deferred one", wait=True)
        assert first.id == handle.original.id
        second = await told.followup.send("another", wait=True, ephemeral=True)
        await second.edit(content="changed")
        assert [one.content for one in handle.followups] == ["changed"]
        assert (await told.original_response()).content == "fills the deferred one"
        assert all(one.visible_to == robin.id for one in robin.read("#general"))
        assert sandbox.person("Sam").read("#general") == []
        await second.delete()
        sandbox.clock.advance(900)
        with pytest.raises(discord.HTTPException) as dead:
            await told.followup.send("too late")
        assert (dead.value.status, dead.value.code) == (401, 50027)


async def test_private_answers_are_not_in_the_channel_for_the_bot(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()) as probe:
        private = await (await robin.command("options", text="abc")).response()
        channel = probe.guilds[0].text_channels[0]
        assert [one async for one in channel.history()] == []
        with pytest.raises(discord.NotFound):
            await channel.fetch_message(private.id)
        assert probe.events("message") == []


async def test_app_permissions_and_size_limit_are_told(sandbox: Sandbox) -> None:
    sandbox.world.overwrite(sandbox.channel("#general"), sandbox.bot, deny=rights.ATTACH_FILES)
    sandbox.world.attachment_limit = 12345
    async with connected(sandbox, probe_with_commands()) as probe:
        await sandbox.person("Robin").command("silent")
        told = await kept(probe)
        assert not told.app_permissions.attach_files
        assert told.app_permissions.send_messages
        assert told.permissions.administrator
        assert told.filesize_limit == 12345
        await told.response.send_message("ok")


async def test_answers_that_do_not_fit_are_refused(sandbox: Sandbox) -> None:
    async with connected(sandbox, probe_with_commands()) as probe:
        await sandbox.person("Robin").command("silent")
        told = await kept(probe)
        address = f"{sandbox.rest_base}/interactions/{told.id}/{told.token}/callback"
        async with aiohttp.ClientSession() as session:
            answer = await session.post(address, json={"type": 7, "data": {"content": "there is no message"}})
            assert (await answer.json())["code"] == 50035
        sandbox.violations.clear()


async def test_guild_commands_come_before_global_ones(sandbox: Sandbox) -> None:
    probe = probe_with_commands()
    async with connected(sandbox, probe):
        guild = probe.guilds[0]
        probe.tree.copy_global_to(guild=guild)
        synced = await probe.tree.sync(guild=guild)
        assert {one.name for one in synced} == {one.name for one in await probe.tree.fetch_commands()}
        before = {one.name: one.id for one in synced}
        again = await probe.tree.sync(guild=guild)
        assert {one.name: one.id for one in again} == before
        probe.tree.clear_commands(guild=guild)
        await probe.tree.sync(guild=guild)
        assert await probe.tree.fetch_commands(guild=guild) == []


async def test_commands_in_threads_and_direct_messages(sandbox: Sandbox) -> None:
    robin = sandbox.person("Robin")
    async with connected(sandbox, probe_with_commands()) as probe:
        thread = await robin.start_thread(await robin.say("#general", "a tale"), "The tale")
        answer = await (await robin.command("memory search", in_=thread, query="x")).response()
        assert answer.channel_id == thread.id
        await robin.command("silent", in_=robin.dm())
        told = await kept(probe)
        assert isinstance(told.channel, discord.DMChannel)
        assert told.guild is None
        await told.response.send_message("hello")
        assert robin.read(robin.dm())[-1].content == "hello"
