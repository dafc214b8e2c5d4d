"""Nothing live and nothing unseen comes out; lengths hold; emphasis survives cuts."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import markup

LIVE = re.compile(
    r"@everyone|@here|<@|<#|<:|<a:|<t:|</|<id:|\w://|\]\(|discord(app)?\.(gg|io|me|li|com/invite)", re.IGNORECASE
)
HOSTILE = st.lists(
    st.sampled_from(
        [
            "@everyone", "@here", "@", "everyone", "<@1>", "<@!1>", "<@&2>", "<#3>", "<", ">", "</a:1>", "<:x:1>",
            "<t:1:R>", "https://evil.example", "http", ":", "//", "://", "[free](https://evil.example)", "[", "](",
            ")", "discord.gg/abc", "discord", ".gg/x", "DISCORD.COM/INVITE/a", "\u202e", "\u200b", "\u2066", "\x00",
            "\x1b[31m", "\r", "\n", "```", "**", "*", "_", "~~", "||", "`", "# big", "> quote", "-# small", "word ",
            "é", "😀", "👩\u200d👩", "\ufeff", "\u2028",
        ]
    )
    | st.text(max_size=5),
    max_size=40,
).map("".join)  # fmt: skip


@given(HOSTILE)
def test_nothing_is_live_and_nothing_hides(text: str) -> None:
    made = [markup.safe(text), markup.quote(text, 200), markup.guarded(markup.safe(text))]
    made.append(markup.guarded(text).replace("<t:1:R>", ""))  # a time is ours to show
    for one in made:
        assert not LIVE.search(one), one
    shown = markup.safe(text).replace("\n", "")
    bad = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not [char for char in shown if unicodedata.category(char) in bad]
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff") & set(shown)


@given(HOSTILE)
def test_breaking_twice_changes_nothing(text: str) -> None:
    assert markup.broken(markup.broken(text)) == markup.broken(text)


@given(HOSTILE, st.integers(10, 300))
def test_a_quote_is_one_short_line(text: str, limit: int) -> None:
    made = markup.quote(text, limit)
    assert len(made) <= limit
    assert "\n" not in made


@given(HOSTILE.map(lambda text: text * 30), st.integers(40, 300))
def test_pieces_fit(text: str, limit: int) -> None:
    assert all(len(piece) <= limit for piece in markup.split(text, limit))


def test_the_door_keeps_links_to_messages_times_and_the_one_mention() -> None:
    own = "[A story](https://discord.com/channels/1/2/3) <t:1700000000:R> <@42> https://discord.com/channels/1/2/3"
    assert markup.guarded(own, ping=42) == own
    assert "<@42>" not in markup.guarded(own, ping=7)
    assert "<@42>" not in markup.guarded(own)


@pytest.mark.parametrize(
    "text",
    [
        "https://discord.com/channels/1/2/3/../../../evil",
        "https://discord.com.evil.example/channels/1/2/3",
        "[x](https://discord.com/channels/1/2/3@evil.example)",
        "[[x](https://evil.example)](https://discord.com/channels/1/2/3)",
        "<@42><@!42><@&42>",
    ],
)
def test_imitations_of_our_own_links_are_broken(text: str) -> None:
    made = markup.guarded(text, ping=42).replace("<@42>", "")
    left = made.replace("https://discord.com/channels/1/2/3", "")
    assert not LIVE.search(left.replace("[x]()", "").replace("()", "")), made


def test_plain_text_keeps_what_people_write() -> None:
    text = "Ein Fuchs – «Où?» – 狐 и 😀 👩\u200d👩\u200d👧 c’est 5 < 7 & more.\n\nNext."
    assert markup.plain(text) == text
    assert markup.safe(text) == text


def test_block_markup_of_others_is_shown_not_obeyed() -> None:
    assert markup.safe("# Big\n> said\n-# small\n```code```") == "\\# Big\n\\> said\n\\-# small\n'''code'''"


def test_cuts_fall_between_paragraphs_and_keep_emphasis() -> None:
    text = "First part of it.\n\n**Bold that goes on and on and on and on and on for a while** and ends."
    assert markup.split(text, 60)[0] == "First part of it."
    pieces = markup.split(text, 60)
    assert all(piece.count("**") % 2 == 0 for piece in pieces), pieces
    assert "".join(pieces).replace("*", "").replace(" ", "") == text.replace("*", "").replace(" ", "").replace(
        "\n", ""
    )


def test_too_small_pieces_are_no_pieces() -> None:
    with pytest.raises(ValueError, match="40"):
        markup.split("word", 10)
