"""What may not be said next: words, however they are spelt in tokens, and never the rest of a word that has begun."""

from __future__ import annotations

from ravsg.models.echoes import Echoes, readable

TOKENS = [" the", " fox", " f", " fo", "o", "x", "est", ".", '."', " ran", " cat", "ly", "A", " foxes", "\n"]


def words(echoes: Echoes, text: str) -> set[str]:
    return {TOKENS[number] for number in echoes.forbidden(text)}


def test_the_next_word_of_a_copy_is_forbidden_in_every_spelling() -> None:
    echoes = Echoes(TOKENS, 12, 0)
    assert words(echoes, "Once the fox ran. Here the") == set()  # " the fox" has eight characters, " the" alone four
    assert {" fox", " fo", " f"} <= words(Echoes(TOKENS, 8, 0), "Once the fox ran. Here the")


def test_another_word_is_the_way_out_and_not_a_longer_one() -> None:
    found = words(Echoes(TOKENS, 8, 0), "Once the fox ran. Here the")
    assert {"ly", "est", "o", "x", "A"} <= found
    assert not {" ran", " cat", ".", "\n"} & found


def test_a_word_that_has_begun_may_be_finished() -> None:
    assert words(Echoes(TOKENS, 7, 0), "the fox ran to the fo") == set()
    assert "." in words(Echoes(TOKENS, 8, 0), "See the fox. See the fox")


def test_a_sentence_may_not_begin_like_another_for_long() -> None:
    text = "The old fox ran home.\n\nThe old"
    assert words(Echoes(TOKENS, 0, 11), text) >= {" fox", " fo", " f", " foxes"}
    assert words(Echoes(TOKENS, 0, 12), text) == set()
    assert words(Echoes(TOKENS, 0, 11), "Then the old fox ran home. And the old") == set()  # not at its beginning
    assert words(Echoes(TOKENS, 0, 11), text.replace("\n\n", ' "')) >= {" fox"}


def test_a_token_that_holds_half_a_sentence_does_not_slip_through() -> None:
    whole = [*TOKENS, " fox ran home"]
    found = {whole[number] for number in Echoes(whole, 0, 14).forbidden("The fox ran home. The")}
    assert " fox ran home" in found
    assert " fox" not in found
    assert len(whole) - 1 in Echoes(whole, 14, 0).forbidden("See the fox ran home. See the")


def test_a_sentence_that_was_told_before_is_not_told_again() -> None:
    echoes = Echoes(TOKENS, 0, 0, 7)
    assert {TOKENS[number] for number in echoes.forbidden("Well. The", ["The fox ran home."])} >= {" fox", " fo"}
    assert echoes.forbidden("And the", ["The fox ran home."]) == []
    assert echoes.forbidden("Well. The", ["A fox ran home."]) == []


def test_no_limit_forbids_nothing() -> None:
    assert Echoes(TOKENS, 0, 0).forbidden("the fox ran. the fox ran. the fox") == []
    assert Echoes(TOKENS, 8, 8).forbidden("") == []


def test_tokens_are_read_as_text() -> None:
    assert [readable(one) for one in ("Ġfox", "▁fox", "Ċ")] == [" fox", " fox", "\n"]
