"""What the bot is told of an interaction: options, files, people, rights; and what the client refuses."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.sandbox import permissions as rights
from bot.sandbox import roles
from bot.sandbox.errors import Refused

from .conftest import Place
from .samples import PNG
from .stage import asked

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("stage")]


# ---- what arrives


async def test_options_arrive_with_their_types(place: Place) -> None:
    role = roles.add(place.sandbox.world, place.home, "Artist")
    await place.told("guild_role_create", lambda one: one.id == role.id)
    _, told = await asked(
        place, text="a", number=3, ratio=0.5, flag=True, who=place.robin, where=place.here, role=role
    )
    text, number, ratio, flag, who, where, got, _ = told.extras["options"]
    assert (text, number, ratio, flag) == ("a", 3, 0.5, True)
    assert (who.id, where.id, got.name) == (place.robin.id, place.here.id, "Artist")
    assert isinstance(who, discord.Member)
    await told.response.send_message("ok")


async def test_a_file_arrives_resolved(place: Place) -> None:
    _, told = await asked(place, file=("cat.png", PNG))
    file = told.extras["options"][-1]
    assert (file.filename, file.size, file.width, file.height) == ("cat.png", len(PNG), 2, 3)
    assert file.ephemeral
    assert await file.read() == PNG
    await told.response.send_message("ok")


async def test_a_subcommand_arrives_in_its_group(place: Place) -> None:
    await place.sam.command("memory search", in_="#general", query="fox")
    told = await place.kept.get()
    assert told.extras["options"] == ("fox",)
    assert told.command is not None
    assert told.command.qualified_name == "memory search"
    await told.response.send_message("ok")


async def test_who_where_and_in_which_language_is_told(place: Place) -> None:
    place.sam.user.locale = "de"
    _, told = await asked(place)
    assert (told.user.id, told.channel_id, told.guild_id) == (place.sam.id, place.here.id, place.home.id)
    assert (told.locale, told.guild_locale) == (discord.Locale.german, discord.Locale.american_english)
    assert isinstance(told.user, discord.Member)
    assert told.context.guild
    await told.response.send_message("ok")
    place.sam.user.locale = "en-US"


async def test_the_rights_of_the_bot_and_of_the_person_are_told(place: Place) -> None:
    with place.denied(rights.ATTACH_FILES):
        _, told = await asked(place)
    assert not told.app_permissions.attach_files
    assert told.app_permissions.send_messages
    assert (told.permissions.send_messages, told.permissions.administrator) == (True, False)
    await told.response.send_message("ok")


async def test_the_limit_of_files_is_told(place: Place) -> None:
    limit, place.sandbox.world.attachment_limit = place.sandbox.world.attachment_limit, 12345
    _, told = await asked(place)
    place.sandbox.world.attachment_limit = limit
    assert told.filesize_limit == 12345
    await told.response.send_message("ok")


async def test_a_command_in_a_direct_message_has_no_server(place: Place) -> None:
    await place.sam.command("ask", in_=place.sam.dm())
    told = await place.kept.get()
    assert told.guild is None
    assert isinstance(told.channel, discord.DMChannel)
    assert isinstance(told.user, discord.User)
    await told.response.send_message("ok")


async def test_a_command_in_a_thread_knows_the_thread(place: Place) -> None:
    thread = await place.sam.start_thread(await place.sam.say("#general", "a tale"), "The tale")
    await place.sam.command("ask", in_=thread)
    told = await place.kept.get()
    assert isinstance(told.channel, discord.Thread)
    assert (told.channel.id, told.channel.parent_id) == (thread.id, place.here.id)
    await told.response.send_message("ok")


async def test_a_message_command_brings_the_whole_message(place: Place) -> None:
    written = await place.sam.say("#general", "mine", files=[("a.png", PNG)])
    await place.robin.message_command("Read it", written)
    told = await place.kept.get()
    message = told.extras["target"]
    assert (message.id, message.content, message.author.id) == (written.id, "mine", place.sam.id)
    assert await message.attachments[0].read() == PNG
    await told.response.send_message("ok")


async def test_a_user_command_brings_the_member(place: Place) -> None:
    await place.robin.user_command("Wave", place.sam.user, in_="#general")
    told = await place.kept.get()
    assert (told.extras["target"].id, told.extras["target"].joined_at is not None) == (place.sam.id, True)
    await told.response.send_message("ok")


WRONG: dict[str, dict[str, Any]] = {
    "nothing where something is required": {"name": "memory search"},
    "a number as a text": {"number": "1"},
    "a number beyond its limit": {"number": 5},
    "what is no choice": {"style": "chalk"},
    "an option that there is not": {"nonsense": 1},
    "a tick as a number": {"flag": 1},
    "a person by name": {"who": "Sam"},
    "a text that is too short": {"text": "a"},
    "a file without a name": {"file": b"1"},
}


@pytest.mark.parametrize("what", WRONG)
async def test_the_persons_client_refuses(place: Place, what: str) -> None:
    options = dict(WRONG[what])
    with pytest.raises(Refused):
        await place.sam.command(options.pop("name", "exact"), in_="#general", **options)


# ---- autocomplete


async def test_autocomplete_suggests_up_to_25(place: Place) -> None:
    typed = await place.sam.autocomplete("ask", "text", "ab", in_="#general")
    assert (await typed.acked()).kind == "choices"
    assert typed.choices is not None
    assert (len(typed.choices), typed.choices[0]) == (25, ("ab0", "v0"))


async def test_autocomplete_of_26_is_refused(place: Place) -> None:
    raw = [{"name": str(at), "value": str(at)} for at in range(26)]
    interaction = place.sandbox.interactions.start(4, place.sam.user, place.here, {"name": "x", "options": []})
    with pytest.raises(discord.HTTPException) as refused:
        await place.client.http.request(
            discord.http.Route(
                "POST",
                "/interactions/{interaction_id}/{interaction_token}/callback",
                interaction_id=interaction.id,
                interaction_token=interaction.token,
            ),
            json={"type": 8, "data": {"choices": raw}},
        )
    assert refused.value.code == 50035
    assert any("choices" in one.field for one in place.sandbox.violations)
    place.sandbox.violations.clear()
