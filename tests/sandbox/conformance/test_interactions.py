"""Interactions of every kind, every answer to them, and the limits of time."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, Literal

import discord
import pytest
import pytest_asyncio
from discord import app_commands

from bot.sandbox import permissions as rights
from bot.sandbox.errors import InteractionFailed, Refused
from bot.sandbox.handles import Handle
from bot.sandbox.model import Message

from .conftest import Place

pytestmark = pytest.mark.asyncio(loop_scope="module")

Told = discord.Interaction[Any]
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x03\x08\x02\x00\x00\x00" + b"\x00" * 20


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


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def stage(place: Place) -> AsyncIterator[None]:
    """Commands that leave the answer to the check."""
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
    yield


async def asked(place: Place, **options: Any) -> tuple[Handle, Told]:
    """A command, run by Sam, that waits for its answer."""
    handle = await place.sam.command("ask", in_="#general", **options)
    return handle, await place.kept.get()


async def board(place: Place) -> Message:
    """A message with one of each control."""
    return place.stored(await place.general.send("board", view=Board(place)))


# ---- what arrives


async def test_options_arrive_with_their_types(place: Place) -> None:
    role = place.sandbox.world.add_role(place.home, "Artist")
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


# ---- answers


async def test_an_answer_is_a_message_that_names_its_command(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("hello", embed=discord.Embed(title="A"))
    message = await handle.response()
    assert (message.content, message.author.id, (await handle.acked()).kind) == (
        "hello",
        place.sandbox.bot.id,
        "message",
    )
    (heard,) = await place.told("message", lambda one: one.id == message.id)
    assert heard.type is discord.MessageType.chat_input_command
    assert heard.interaction_metadata is not None
    assert heard.interaction_metadata.user.id == place.sam.id


async def test_an_answer_may_carry_files_and_a_poll(place: Place) -> None:
    handle, told = await asked(place)
    file = discord.File(io.BytesIO(PNG), "a.png", description="alt")
    poll = discord.Poll("?", duration=timedelta(hours=1)).add_answer(text="a")
    await told.response.send_message("x", file=file, poll=poll)
    message = await handle.response()
    assert [(one.filename, one.description) for one in message.attachments] == [("a.png", "alt")]
    assert message.poll is not None


async def test_the_answer_to_the_answer_names_the_message(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.send_message("hello")
    assert response.message_id == (await handle.response()).id
    assert isinstance(response.resource, discord.InteractionMessage)
    assert response.resource.content == "hello"
    assert not response.is_ephemeral()


async def test_a_private_answer_is_seen_by_one_person_only(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.send_message("psst", ephemeral=True)
    message = await handle.response()
    assert response.is_ephemeral()
    assert message in place.sam.read("#general")
    assert message not in place.robin.read("#general")
    with pytest.raises(discord.NotFound):
        await place.general.fetch_message(message.id)
    assert message.id not in {one.id async for one in place.general.history(limit=5)}


async def test_a_deferred_answer_thinks_until_it_is_edited(place: Place) -> None:
    handle, told = await asked(place)
    response = await told.response.defer(thinking=True)
    assert (await handle.acked()).kind == "deferred"
    assert response is not None
    assert response.is_thinking()
    assert handle.original is not None
    assert handle.original.loading
    edited = await told.edit_original_response(content="done")
    assert (edited.content, (await handle.response()).content) == ("done", "done")
    assert edited.edited_at is None


async def test_a_deferral_decides_who_sees_the_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True, ephemeral=True)
    first = await told.followup.send("for you", wait=True)
    assert handle.original is not None
    assert first.id == handle.original.id
    assert handle.original.visible_to == place.sam.id


async def test_the_first_follow_up_fills_a_deferred_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True)
    first = await told.followup.send("first", wait=True)
    second = await told.followup.send("second", wait=True)
    assert handle.original is not None
    assert (first.id, [one.id for one in handle.followups]) == (handle.original.id, [second.id])


async def test_a_deferred_answer_becomes_a_poll(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.defer(thinking=True)
    poll = discord.Poll("Which?", duration=timedelta(hours=1)).add_answer(text="a")
    filled = await told.followup.send(poll=poll, wait=True)
    assert filled.poll is not None
    assert (filled.poll.question, (await handle.response()).poll is not None) == ("Which?", True)


async def test_follow_ups_are_edited_fetched_and_deleted(place: Place) -> None:
    _, told = await asked(place)
    await told.response.send_message("one")
    more = await told.followup.send("two", wait=True, file=discord.File(io.BytesIO(b"1"), "a.txt"))
    edited = await more.edit(content="three")
    assert (edited.content, edited.attachments[0].filename) == ("three", "a.txt")
    assert (await told.followup.fetch_message(more.id)).content == "three"
    await more.delete()
    with pytest.raises(discord.NotFound) as gone:
        await told.followup.fetch_message(more.id)
    assert gone.value.code == 10008


async def test_a_private_follow_up_after_a_public_answer(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("all see this")
    await told.followup.send("you see this", ephemeral=True, wait=True)
    assert [one.visible_to for one in handle.followups] == [place.sam.id]


async def test_the_original_answer_is_fetched_edited_and_deleted(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_message("one")
    assert (await told.original_response()).content == "one"
    assert (await told.edit_original_response(content="two")).content == "two"
    await told.delete_original_response()
    assert handle.original is not None
    assert handle.original.deleted


# ---- controls


async def test_a_press_arrives_with_its_message(place: Place) -> None:
    shown = await board(place)
    await place.sam.press(shown, "Press")
    told = await place.kept.get()
    assert told.type is discord.InteractionType.component
    assert told.message is not None
    assert (told.message.id, told.message.content, told.user.id) == (shown.id, "board", place.sam.id)
    await told.response.defer()


async def test_a_press_is_answered_by_changing_the_message(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    await (await place.kept.get()).response.edit_message(content="changed", view=None)
    assert (await pressed.acked()).kind == "update"
    assert (shown.content, shown.components) == ("changed", [])


async def test_a_press_is_taken_silently_and_the_message_edited_later(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    told = await place.kept.get()
    await told.response.defer()
    assert (await pressed.acked()).kind == "deferred_update"
    await told.edit_original_response(content="later")
    assert shown.content == "later"


async def test_a_press_is_answered_in_private(place: Place) -> None:
    pressed = await place.sam.press(await board(place), "Press")
    await (await place.kept.get()).response.send_message("only you", ephemeral=True)
    answer = await pressed.response()
    assert (answer.visible_to, answer.interaction is not None) == (place.sam.id, True)


async def test_grey_buttons_and_links_are_not_pressed(place: Place) -> None:
    shown = await board(place)
    with pytest.raises(Refused, match="greyed"):
        await place.sam.press(shown, "Grey")
    with pytest.raises(Refused, match="link"):
        await place.sam.press(shown, "Link")


async def test_a_choice_arrives_with_its_values(place: Place) -> None:
    shown = await board(place)
    await place.sam.select(shown, ["Ink", "Oil"], menu="choose")
    told = await place.kept.get()
    assert told.data is not None
    assert told.data["values"] == ["ink", "oil"]  # type: ignore[typeddict-item]
    await told.response.defer()


async def test_chosen_people_arrive_resolved(place: Place) -> None:
    shown = await board(place)
    await place.robin.select(shown, [place.sam.user], menu="users")
    told = await place.kept.get()
    assert told.data is not None
    assert list(told.data["resolved"]["members"]) == [str(place.sam.id)]  # type: ignore[typeddict-item]
    await told.response.defer()


async def test_components_come_back_with_their_ids(place: Place) -> None:
    sent = await place.general.send("board", view=Board(place))
    rows = [one for one in sent.components if isinstance(one, discord.ActionRow)]
    assert [getattr(one, "label", None) for one in rows[0].children] == ["Press", "Link", "Grey"]
    assert [one.id for one in rows] == [1, 5, 7]
    press = rows[0].children[0]
    assert isinstance(press, discord.Button)
    assert str(press.emoji) == "🐙"


async def test_a_layout_of_the_new_components_comes_back(place: Place) -> None:
    view = discord.ui.LayoutView()
    box: discord.ui.Container[discord.ui.LayoutView] = discord.ui.Container(accent_colour=0x336699)
    box.add_item(discord.ui.TextDisplay("# A tale"))
    box.add_item(discord.ui.Separator())
    view.add_item(box)
    sent = await place.general.send(view=view)
    assert sent.flags.components_v2
    (container,) = sent.components
    assert isinstance(container, discord.Container)
    text = container.children[0]
    assert isinstance(text, discord.TextDisplay)
    assert (container.accent_colour, text.content) == (discord.Colour(0x336699), "# A tale")


async def test_a_gallery_and_a_section_show_attached_files(place: Place) -> None:
    view = discord.ui.LayoutView()
    gallery: discord.ui.MediaGallery[discord.ui.LayoutView] = discord.ui.MediaGallery()
    gallery.add_item(media="attachment://a.png", description="a cat")
    view.add_item(gallery)
    picture: discord.ui.Thumbnail[discord.ui.LayoutView] = discord.ui.Thumbnail("attachment://b.png")
    view.add_item(discord.ui.Section("beside it", accessory=picture))
    view.add_item(discord.ui.File("attachment://c.txt"))
    files = [discord.File(io.BytesIO(data), name) for name, data in (("a.png", PNG), ("b.png", PNG), ("c.txt", b"1"))]
    sent = await place.general.send(view=view, files=files)
    shown, section, file = sent.components
    assert isinstance(shown, discord.MediaGalleryComponent)
    assert (shown.items[0].description, shown.items[0].media.width) == ("a cat", 2)
    assert await place.robin.download(shown.items[0].media.url) == PNG
    assert isinstance(section, discord.SectionComponent)
    assert isinstance(section.accessory, discord.ThumbnailComponent)
    assert await place.robin.download(section.accessory.media.url) == PNG
    assert isinstance(file, discord.FileComponent)
    assert (file.name, file.size) == ("c.txt", 1)


@pytest.mark.parametrize(
    ("buttons", "field"),
    [
        ([{"label": "a", "custom_id": "same"}, {"label": "b", "custom_id": "same"}], "components.2.custom_id"),
        ([{"label": "x" * 81, "custom_id": "a"}], "components.1.label"),
    ],
    ids=["the same id twice", "81 characters"],
)
async def test_buttons_are_refused_for(place: Place, buttons: list[dict[str, Any]], field: str) -> None:
    view = discord.ui.View()
    for one in buttons:
        item: discord.ui.Button[discord.ui.View] = discord.ui.Button(**{**one, "label": "x"})
        item.label = one["label"]
        view.add_item(item)
    with pytest.raises(discord.HTTPException) as refused:
        await place.general.send("x", view=view)
    assert refused.value.code == 50035
    assert any(one.field == field or one.field.endswith(".label") for one in place.sandbox.violations)
    place.sandbox.violations.clear()


# ---- forms


async def test_a_form_opens_and_comes_back_filled(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    form = await handle.form()
    assert (form.title, form.labels) == ("Your words", {"Name": "name", "Prose": "prose"})
    filled = await place.sam.fill(form, name="Ada")
    submitted = await place.kept.get()
    assert submitted.type is discord.InteractionType.modal_submit
    await submitted.response.send_message("thank you")
    assert (await filled.response()).content == "thank you"


async def test_what_a_form_was_given_reaches_discord_py(place: Place) -> None:
    handle, told = await asked(place)
    form = Form(place)
    await told.response.send_modal(form)
    await place.sam.fill(await handle.form(), name="Ada", prose="Once upon")
    await (await place.kept.get()).response.send_message("ok")
    assert (form.name.value, form.prose.value) == ("Ada", "Once upon")


async def test_a_forms_limits_hold_for_the_person(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    form = await handle.form()
    with pytest.raises(Refused, match="required"):
        await place.sam.fill(form)
    with pytest.raises(Refused, match="characters"):
        await place.sam.fill(form, name="x" * 11)


class Questions(discord.ui.Modal, title="Every question"):
    """One of each input that a form may hold beside texts."""

    def __init__(self, place: Place) -> None:
        super().__init__(custom_id="questions")
        self.place = place
        style = [discord.SelectOption(label="Ink", value="ink"), discord.SelectOption(label="Oil", value="oil")]
        self.style: discord.ui.Select[Any] = discord.ui.Select(custom_id="style", options=style)
        self.whom: discord.ui.UserSelect[Any] = discord.ui.UserSelect(custom_id="whom", required=False, min_values=0)
        self.pictures: discord.ui.FileUpload[Any] = discord.ui.FileUpload(custom_id="pictures", max_values=2)
        self.agreed: discord.ui.Checkbox[Any] = discord.ui.Checkbox(custom_id="agreed")
        self.size: discord.ui.RadioGroup[Any] = discord.ui.RadioGroup(custom_id="size")
        self.size.add_option(label="Small", value="s")
        self.size.add_option(label="Large", value="l")
        inputs = {"Style": self.style, "Whom": self.whom, "Pictures": self.pictures, "Agreed": self.agreed}
        for text, item in inputs.items():
            self.add_item(discord.ui.Label(text=text, component=item))
        self.add_item(discord.ui.Label(text="Size", component=self.size))

    async def on_submit(self, interaction: Told) -> None:
        """Keep it."""
        self.place.kept.put_nowait(interaction)


async def test_a_form_takes_choices_people_files_and_ticks(place: Place) -> None:
    handle, told = await asked(place)
    form = Questions(place)
    await told.response.send_modal(form)
    shown = await handle.form()
    assert list(shown.labels) == ["Style", "Whom", "Pictures", "Agreed", "Size"]
    await place.sam.fill(
        shown, style="Oil", whom=place.robin.user, pictures=[("a.png", PNG)], agreed=True, size="Large"
    )
    await (await place.kept.get()).response.send_message("ok")
    assert (form.style.values, [one.id for one in form.whom.values]) == (["oil"], [place.robin.id])
    assert [one.filename for one in form.pictures.values] == ["a.png"]
    assert await form.pictures.values[0].read() == PNG
    assert (form.agreed.value, form.size.value) == (True, "l")


async def test_a_form_opened_by_a_button_may_change_its_message(place: Place) -> None:
    shown = await board(place)
    pressed = await place.sam.press(shown, "Press")
    await (await place.kept.get()).response.send_modal(Form(place))
    filled = await place.sam.fill(await pressed.form(), name="Ada")
    submitted = await place.kept.get()
    assert submitted.message is not None
    await submitted.response.edit_message(content="by Ada")
    assert ((await filled.acked()).kind, shown.content) == ("update", "by Ada")


async def test_a_form_cannot_follow_a_form(place: Place) -> None:
    handle, told = await asked(place)
    await told.response.send_modal(Form(place))
    await place.sam.fill(await handle.form(), name="Ada")
    submitted = await place.kept.get()
    with pytest.raises(discord.HTTPException) as refused:
        await submitted.response.send_modal(Form(place))
    assert refused.value.code == 50035
    place.sandbox.violations.clear()
    await submitted.response.send_message("ok")


async def test_a_form_cannot_follow_a_deferral(place: Place) -> None:
    _, told = await asked(place)
    await told.response.defer(thinking=True)
    with pytest.raises(discord.InteractionResponded):
        await told.response.send_modal(Form(place))
    await told.edit_original_response(content="ok")


# ---- time


async def test_after_three_seconds_an_interaction_failed_and_is_10062(place: Place) -> None:
    handle, told = await asked(place)
    place.sandbox.clock.advance(3.0)
    assert handle.failed
    with pytest.raises(InteractionFailed):
        await handle.response()
    with pytest.raises(discord.NotFound) as late:
        await told.response.send_message("late")
    assert late.value.code == 10062


async def test_just_before_three_seconds_an_answer_is_taken(place: Place) -> None:
    handle, told = await asked(place)
    place.sandbox.clock.advance(2.9)
    await told.response.send_message("in time")
    place.sandbox.clock.advance(5.0)
    assert not handle.failed
    assert (await handle.acked()).after == pytest.approx(2.9)


async def test_a_second_answer_is_40060(place: Place) -> None:
    _, told = await asked(place)
    await told.response.send_message("first")
    told.response._response_type = None
    with pytest.raises(discord.HTTPException) as twice:
        await told.response.send_message("second")
    assert twice.value.code == 40060


async def test_a_token_lives_for_15_minutes(place: Place) -> None:
    _, told = await asked(place)
    await told.response.defer(thinking=True)
    place.sandbox.clock.advance(14 * 60)
    assert (await told.edit_original_response(content="still")).content == "still"
    place.sandbox.clock.advance(60)
    with pytest.raises(discord.HTTPException) as dead:
        await told.edit_original_response(content="late")
    assert (dead.value.status, dead.value.code) == (401, 50027)
    with pytest.raises(discord.HTTPException) as follow:
        await told.followup.send("late")
    assert follow.value.code == 50027


@pytest.mark.parametrize("answered", [False, True], ids=["before the first answer", "after it"])
async def test_where_the_channel_was_deleted_every_answer_is_10003(place: Place, answered: bool) -> None:
    channel = place.sandbox.world.add_channel(place.home, "short-lived")
    await place.sam.command("ask", in_=channel)
    told = await place.kept.get()
    if answered:
        await told.response.defer(ephemeral=True)
    place.sandbox.world.remove_channel(channel)
    answer = told.edit_original_response if answered else told.response.send_message
    with pytest.raises(discord.NotFound) as gone:
        await answer(content="anyone there?")
    assert gone.value.code == 10003


async def test_an_answer_that_does_not_fit_is_refused(place: Place) -> None:
    _, told = await asked(place)
    with pytest.raises(discord.HTTPException) as refused:
        await place.client.http.request(
            discord.http.Route(
                "POST",
                "/interactions/{interaction_id}/{interaction_token}/callback",
                interaction_id=told.id,
                interaction_token=told.token,
            ),
            json={"type": 7, "data": {"content": "there is no message to change"}},
        )
    assert (refused.value.code, place.sandbox.violations.pop().field) == (50035, "type")
    await told.response.send_message("ok")


async def test_a_follow_up_before_any_answer_is_10015(place: Place) -> None:
    _, told = await asked(place)
    with pytest.raises(discord.NotFound) as early:
        await told.followup.send("early")
    assert early.value.code == 10015
    await told.response.send_message("ok")


async def test_interactions_need_no_right_to_write(place: Place) -> None:
    with place.denied(rights.SEND_MESSAGES):
        handle, told = await asked(place)
        await told.response.send_message("still allowed")
    assert (await handle.response()).content == "still allowed"
