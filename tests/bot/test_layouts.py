"""Layouts leave as guarded as every other message, whole, and never as half of something else."""

from __future__ import annotations

import discord
import pytest
from discord import ui

from bot.outgoing import EMBED_TOTAL, LAYOUT_LIMIT, Outgoing, as_layout, guard

HOSTILE = "@everyone <@&1> https://evil.example [free](https://evil.example) discord.gg/abc"
OWN = "[Mira](https://discord.com/channels/1/2/3)"


def layout(text: str, alt: str = "") -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.Container(ui.Section(text, accessory=ui.Thumbnail("attachment://a.png", description=alt))))
    return view


def test_texts_and_pictures_descriptions_are_guarded_and_own_links_stay() -> None:
    view = layout(f"{HOSTILE} {OWN}", HOSTILE * 9)
    ready = guard(Outgoing(view=view))
    (text,) = [one.content for one in view.walk_children() if isinstance(one, ui.TextDisplay)]
    (alt,) = [one.description or "" for one in view.walk_children() if isinstance(one, ui.Thumbnail)]
    for shown in (text.replace(OWN, ""), alt):
        assert "@everyone" not in shown
        assert "https://" not in shown
        assert "](" not in shown
        assert "discord.gg/" not in shown
    assert OWN in text
    assert len(alt) <= 256
    mentions = ready.keywords["allowed_mentions"]
    assert mentions.to_dict() == discord.AllowedMentions.none().to_dict()


def test_a_gallerys_descriptions_are_guarded() -> None:
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png", description=HOSTILE * 20)))
    guard(Outgoing(view=view))
    (gallery,) = [one for one in view.walk_children() if isinstance(one, ui.MediaGallery)]
    alt = gallery.items[0].description or ""
    assert "@everyone" not in alt
    assert "https://" not in alt
    assert 256 < len(alt) <= 1024


def test_nothing_stands_beside_a_layout() -> None:
    for message in (Outgoing("words", view=layout("x")), Outgoing(embeds=(discord.Embed(),), view=layout("x"))):
        with pytest.raises(ValueError, match="neither content nor embeds"):
            guard(message)
    ready = guard(Outgoing(view=layout("x")))
    assert {"content", "embeds", "suppress_embeds"}.isdisjoint(ready.sent())
    assert ready.edited()["attachments"] == [], "pictures of the layout before go with it"


def test_a_layout_that_is_too_long_does_not_leave() -> None:
    with pytest.raises(ValueError, match="4000 characters"):
        guard(Outgoing(view=layout("x" * (LAYOUT_LIMIT + 1))))


def test_a_sentence_that_takes_a_layouts_place_becomes_one() -> None:
    view = as_layout(Outgoing("Something went wrong.")).view
    assert isinstance(view, ui.LayoutView)
    assert [one.content for one in view.walk_children() if isinstance(one, ui.TextDisplay)] == [
        "Something went wrong."
    ]


def test_embeds_hold_together_what_discord_takes() -> None:
    embed = discord.Embed(title="t" * 256, description="d" * 3900)
    for name in ("Woven from", "Note"):
        embed.add_field(name=name, value="word " * 204)
    embed.set_footer(text="f" * 200)
    (kept,) = guard(Outgoing(embeds=(embed,))).keywords["embeds"]
    assert len(kept) <= EMBED_TOTAL
    assert len(kept.description) == 3900
    first, last = [len(one.value) for one in kept.fields]
    assert first == len("word " * 204)
    assert 500 < last < 1000
