"""Links and layouts that a hostile text could have made: what is refused by name, and what stays plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
import pytest

from .conftest import Place
from .samples import PNG, a_file

pytestmark = pytest.mark.asyncio(loop_scope="module")

Sent = dict[str, Any]
Layout = discord.ui.LayoutView

HOSTILE = {
    "a script": "javascript:alert(1)",
    "a script in disguise": "JaVa\nScRiPt:alert(1)",
    "a page of its own": "data:text/html,<script>alert(1)</script>",
    "a script behind an address": "javascript://evil.example/%0Aalert(1)",
    "another protocol": "ftp://evil.example/a.png",
    "a file of the machine": "file:///etc/passwd",
    "no scheme": "//evil.example/a.png",
    "no address": "https://",
    "words": "come here",
    "two lines": "https://example.com/\nhttps://evil.example",
}
SHOWN = "<script>alert(1)</script> [a](javascript:alert(1)) ||@everyone||"


def gallery(url: str) -> Layout:
    one: discord.ui.MediaGallery[Layout] = discord.ui.MediaGallery(discord.MediaGalleryItem(url))
    return Layout().add_item(one)


def thumbnail(url: str) -> Layout:
    picture: discord.ui.Thumbnail[Layout] = discord.ui.Thumbnail(url)
    return Layout().add_item(discord.ui.Section("beside it", accessory=picture))


def file(url: str) -> Layout:
    one: discord.ui.File[Layout] = discord.ui.File(url)
    return Layout().add_item(one)


def link_button(url: str) -> discord.ui.View:
    return discord.ui.View().add_item(discord.ui.Button(label="Go", url=url))


PLACES: dict[str, tuple[Callable[[str], Sent], str]] = {
    "a button": (lambda url: {"content": "x", "view": link_button(url)}, "components.1.url"),
    "an embed": (lambda url: {"embed": discord.Embed(title="x", url=url)}, "embeds.0.url"),
    "an embed's picture": (lambda url: {"embed": discord.Embed().set_image(url=url)}, "embeds.0.image.url"),
    "an embed's thumbnail": (lambda url: {"embed": discord.Embed().set_thumbnail(url=url)}, "embeds.0.thumbnail.url"),
    "an embed's author": (
        lambda url: {"embed": discord.Embed().set_author(name="x", url=url)},
        "embeds.0.author.url",
    ),
    "an author's icon": (
        lambda url: {"embed": discord.Embed().set_author(name="x", icon_url=url)},
        "embeds.0.author.icon_url",
    ),
    "a footer's icon": (
        lambda url: {"embed": discord.Embed().set_footer(text="x", icon_url=url)},
        "embeds.0.footer.icon_url",
    ),
    "a gallery": (lambda url: {"view": gallery(url)}, "components.0.items.0.media.url"),
    "a thumbnail": (lambda url: {"view": thumbnail(url)}, "components.2.media.url"),
    "a file": (lambda url: {"view": file(url)}, "components.0.file.url"),
}


async def refused(place: Place, sent: Sent, field: str) -> str:
    """The reason that is told for the field."""
    with pytest.raises(discord.HTTPException) as error:
        await place.general.send(**sent)
    assert error.value.code == 50035
    (violation,) = place.sandbox.violations
    place.sandbox.violations.clear()
    assert violation.field == field
    return violation.reason


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("where", PLACES)
async def test_a_link_that_leads_nowhere_good_is_refused(place: Place, where: str, what: str) -> None:
    sent, field = PLACES[where]
    reason = await refused(place, sent(HOSTILE[what]), field)
    assert "is not supported" in reason or "Not a well formed URL" in reason


@pytest.mark.parametrize("where", PLACES)
async def test_a_link_to_the_web_is_taken_but_for_files(place: Place, where: str) -> None:
    sent, field = PLACES[where]
    if where == "a file":
        assert "attachment" in await refused(place, sent("https://example.com/a.txt"), field)
    else:
        assert (await place.general.send(**sent("https://example.com/a.png"))).id


@pytest.mark.parametrize(
    ("view", "field"),
    [
        (gallery, "components.0.items.0.media.url"),
        (thumbnail, "components.2.media.url"),
        (file, "components.0.file.url"),
    ],
    ids=["a gallery", "a thumbnail", "a file"],
)
async def test_a_file_that_is_not_attached_cannot_be_shown(
    place: Place, view: Callable[[str], Layout], field: str
) -> None:
    sent = {"view": view("attachment://a.png"), "file": a_file(PNG, "b.png")}
    assert "not found" in await refused(place, sent, field)
    assert (await place.general.send(view=view("attachment://b.png"), file=a_file(PNG, "b.png"))).components


async def test_an_edit_keeps_the_files_that_a_layout_shows(place: Place) -> None:
    sent = await place.general.send(view=gallery("attachment://a.png"), file=a_file(PNG, "a.png"))
    with pytest.raises(discord.HTTPException) as error:
        await sent.edit(attachments=[])
    assert error.value.code == 50035
    place.sandbox.violations.clear()
    edited = await sent.edit(view=gallery("attachment://b.png"), attachments=[a_file(PNG, "b.png")])
    assert [one.filename for one in place.stored(edited).files] == ["b.png"]


async def test_a_post_is_not_begun_with_a_file_that_is_not_there(place: Place) -> None:
    forum = place.sandbox.world.add_forum(place.home, "shelf")
    (seen,) = await place.told("guild_channel_create", lambda one: one.id == forum.id)
    with pytest.raises(discord.HTTPException) as error:
        await seen.create_thread(name="A whale", view=gallery("attachment://a.png"))
    assert error.value.code == 50035
    place.sandbox.violations.clear()
    assert [one for one in place.sandbox.world.channels.values() if one.parent_id == forum.id] == []
    place.sandbox.world.remove_channel(forum)


async def test_hostile_words_of_a_layout_stay_words(place: Place) -> None:
    text: discord.ui.TextDisplay[Layout] = discord.ui.TextDisplay(SHOWN)
    sent = await place.general.send(view=Layout().add_item(text), allowed_mentions=discord.AllowedMentions.none())
    (shown,) = sent.components
    assert isinstance(shown, discord.TextDisplay)
    assert (shown.content, sent.content, sent.mention_everyone) == (SHOWN, "", False)
    assert place.stored(sent).text == SHOWN


async def test_a_layout_pings_as_any_text_does(place: Place) -> None:
    text: discord.ui.TextDisplay[Layout] = discord.ui.TextDisplay(f"for {place.sam.mention}")
    view = Layout().add_item(text)
    assert [one.id for one in (await place.general.send(view=view)).mentions] == [place.sam.id]
    silent = await place.general.send(view=view, allowed_mentions=discord.AllowedMentions.none())
    assert silent.mentions == []
    text.content = "for nobody"
    assert (await silent.edit(view=view)).mentions == []
