"""What comes from one member: their own jobs, what others made from them, and what goes on from them."""

from __future__ import annotations

import json
from typing import Any

from ravsg.store.lineage import Lineage, lineage, own_material

ANA, BEN, CARA = 1, 2, 3


def job(
    job_id: str,
    author: int,
    parent: str | None = None,
    *,
    tries: tuple[str, ...] = (),
    source: int | None = None,
    continues: bool = False,
    reply_to: int | None = None,
    writers: tuple[int, ...] = (),
) -> dict[str, Any]:
    return {
        "id": job_id,
        "author_id": author,
        "parent_id": parent,
        "tries": json.dumps(tries) if tries else None,
        "source_author": source,
        "continues": int(continues),
        "reply_to": reply_to,
        "writers": json.dumps(writers) if writers else None,
    }


def found(*jobs: dict[str, Any]) -> Lineage:
    return lineage(jobs, ANA)


def test_what_shows_a_members_part_in_another_form_goes_with_it() -> None:
    tree = found(
        job("story", ANA),
        job("painted", BEN, "story"),
        job("told", CARA, "painted"),
        job("again", CARA, "story", tries=("painted",)),
        job("of-her-photo", BEN, source=ANA),
        job("painted-of-that", CARA, "of-her-photo"),
        job("bens", BEN),
        job("of-bens-photo", CARA, source=BEN),
    )
    assert tree.own == {"story"}
    assert tree.made_from == {"painted", "told", "again", "of-her-photo", "painted-of-that"}
    assert tree.going_on == frozenset()


def test_a_continuation_stays_and_what_is_made_from_its_own_words_is_not_hers() -> None:
    tree = found(
        job("story", ANA),
        job("next", BEN, "story", continues=True),
        job("retry", BEN, "story", tries=("next",), continues=True),
        job("further", CARA, "next", continues=True),
        job("painted-next", CARA, "next"),
        job("again", BEN, "next", tries=("painted-next",)),
    )
    assert tree.gone == {"story"}
    assert tree.going_on == {"next", "retry", "further"}


def test_her_own_continuation_of_anothers_story_is_her_own_and_circles_end() -> None:
    tree = found(job("a", BEN, "b"), job("b", ANA, "a"), job("c", BEN, "b", continues=True))
    assert tree.own == {"b"}
    assert tree.made_from == {"a"}
    assert tree.going_on == {"c"}
    assert tree.all == {"a", "b", "c"}


def test_material_is_her_own_only_where_that_is_known() -> None:
    jobs = (
        job("photo", ANA),
        job("painted", ANA, "photo"),
        job("next", ANA, "photo", continues=True),
        job("retry", ANA, None, tries=("photo",)),
        job("her-message", ANA, source=ANA, reply_to=5),
        job("old-row", ANA, reply_to=5),
        job("bens-photo", ANA, source=BEN, reply_to=5),
        job("next-of-it", ANA, "bens-photo", continues=True),
        job("painted-of-it", ANA, "bens-photo"),
        job("bens", BEN),
        job("from-ben", ANA, "bens"),
        job("again-of-bens", ANA, None, tries=("bens",)),
        job("from-nowhere", ANA, "gone"),
    )
    own = {"photo", "painted", "next", "retry", "her-message", "painted-of-it"}
    assert own_material(jobs, ANA) == own, "a picture of her own story's words is her own, whatever that story is of"


def test_passages_of_a_book_go_on_from_everybody_who_has_words_in_it() -> None:
    jobs = [
        job("anas", ANA, writers=(ANA,)),
        job("bens", BEN, writers=(ANA, BEN)),
        job("bens-own", BEN, writers=(BEN,)),
        job("again", CARA, tries=("bens",), writers=(ANA, BEN)),
    ]
    tree = found(*jobs)
    assert tree.own == {"anas"}
    assert not tree.made_from
    assert tree.going_on == {"bens", "again"}
    assert own_material(jobs, BEN) == {"bens-own"}
