"""What the writer is asked, and that material cannot leave its marks."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ravsg.story.prompts import fence, scene_prompt, story_prompt
from ravsg.types import Analysis, MemoryKind, Recalled

ANALYSIS = Analysis("harbour", ("a fox",), "calm", ("lantern",), ("the fog hides the pier",))
MEMORY = Recalled(
    4, MemoryKind.STORY, "Jorobel lit it.", "The [old] lamp", 7, "Ann", 3, 9, "aaaaaaaa", datetime.now(UTC), 0.5, "w"
)


@given(st.text(), st.text())
def test_material_cannot_close_its_own_fence(text: str, origin: str) -> None:
    lines = fence("memory 1", text, origin).split("\n")
    assert lines[0].startswith("[memory 1")
    assert lines[0].count("[") == lines[0].count("]") == 1
    assert lines[-1] == "[/memory]"
    assert not any("[" in line or "]" in line for line in lines[1:-1])


def test_a_story_prompt_holds_everything_in_order() -> None:
    prompt = story_prompt(ANALYSIS, length="short", woven=[MEMORY], direction="in verse", continues="Once.")
    parts = ["Go on", "170 words", "setting: harbour", "[memory 1 | The (old) lamp by Ann]", "Jorobel lit it."]
    parts += ["[so far]", "Once.", "[direction]", "in verse", "Let what is remembered return", '"Title:"']
    places = [prompt.index(part) for part in parts]
    assert places == sorted(places)


def test_without_memories_nothing_is_said_of_them() -> None:
    assert "remembered" not in story_prompt(ANALYSIS, length="medium") + scene_prompt("A fox ran.")


def test_a_scene_prompt_keeps_remembered_looks() -> None:
    prompt = scene_prompt("A fox ran.", [MEMORY])
    assert "[story]\nA fox ran.\n[/story]" in prompt
    assert "Jorobel lit it." in prompt


def test_a_scene_is_named_in_english_whatever_its_text_is_told_in() -> None:
    assert scene_prompt("Un zorro.", language="Spanish").splitlines()[-1] == "Write in English."
    assert scene_prompt("A fox.", language="English") == scene_prompt("A fox.")
