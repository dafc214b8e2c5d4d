"""The message of a painting says where its colours come from, for as long as that is remembered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bot.embeds import message_link, result_messages
from bot.files import Fitted
from ravsg.engine.results import painting_result
from ravsg.jobs.job import Job, JobState
from ravsg.types import MemoryKind, Origin, PaintedPicture, Painting, Recalled, SceneCard

PIER = Recalled(
    *(4, MemoryKind.PICTURE, "a pier", "The [old] Pier", 7, "Ann", 30, 77, "pppppppp", datetime.now(UTC), 0.7, "w"),
    guild_id=10,
    lent_colours=True,
)


def content(*woven: Recalled) -> str:
    picture = PaintedPicture(b"png", 3, "a harbour", 8, 8)
    painting = Painting((picture,), SceneCard("a harbour"), "p", "storybook", woven, "pocket")
    result = painting_result(painting, {})
    job = Job(
        "aaaaaaaa", "paint", Origin(10, 20, 300, "Bo"), {}, JobState.DONE, datetime.now(UTC), result=result.data
    )
    (message,) = result_messages(job, result.blobs, [Fitted(b"png", "png")], note="n", spoiler=False)
    return message.content or ""


def test_the_lender_is_named_with_a_link() -> None:
    said = content(replace(PIER, memory_id=3, title="Another", lent_colours=False), PIER)
    assert f"Its colours come from [The (old) Pier]({message_link(10, 30, 77)})." in said
    assert "Another" not in said


def test_nothing_is_said_where_nothing_lent_or_it_was_forgotten() -> None:
    assert "colours" not in content(replace(PIER, lent_colours=False))
    assert "colours" not in content()
