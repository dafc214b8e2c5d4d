"""Tokenizers of the pocket models, learnt from the world's own texts.

Both are byte-level: any text a person types can be encoded, and constrained decoding always finds a token for the
next byte. The text encoder's is CLIP's own class (lower case, 77 positions); the writer's keeps case and line breaks.
Neither reads files nor downloads anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer
    from tokenizers.pre_tokenizers import PreTokenizer
    from transformers import CLIPTokenizer, PreTrainedTokenizerFast

TEXT_POSITIONS: Final = 77
"""Positions of the text encoder, start and end counted: those of CLIP, so that limits agree in every profile."""

WRITER_POSITIONS: Final = 2048
"""Positions of the writer: a prompt of about 1,000 tokens, 64 of the picture, and 500 new ones fit."""

SPECIAL: Final = ["<pad>", "<s>", "</s>", "<image>"]
PIECES: Final = 0.44
"""Share of the writer's tokens that are words and pieces of words; the others are phrases."""
_RUN: Final = r" ?\p{Lu}\p{L}*|\n+|[^\p{Lu}\n]+?(?= ?\p{Lu}|\n|$)"
"""A capitalised word, line breaks, or what stands between them."""
_SCRIPT: Final = 0x4E00
"""The first letter of the private script: thousands of ordinary letters follow it."""

CHAT_TEMPLATE: Final = (
    "{{ bos_token }}"
    "{% for message in messages %}"
    "{{ message['role'] | upper }}: "
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] if part['type'] == 'image' %}{{ '<image>\n' }}{% endfor %}"
    "{% for part in message['content'] if part['type'] == 'text' %}{{ part['text'] }}{% endfor %}"
    "{% endif %}"
    "{% if message['role'] == 'assistant' %}{{ eos_token }}{% endif %}"
    "{{ '\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ 'ASSISTANT:\n' }}{% endif %}"
)
"""LLaVA's turns. The answer begins on a line of its own, so that prompt and answer never share a token."""


def clip_tokenizer(texts: Iterable[str], vocabulary: int) -> CLIPTokenizer:
    """Learn the text encoder's tokenizer: `vocabulary` tokens at most; each byte is one, in a word and at its end."""
    from tokenizers.trainers import BpeTrainer
    from transformers import CLIPTokenizer

    untrained = CLIPTokenizer().backend_tokenizer
    letters = _alphabet()
    special = ["<|startoftext|>", "<|endoftext|>"]
    trainer = BpeTrainer(
        vocab_size=vocabulary - len(letters),
        special_tokens=special,
        initial_alphabet=letters,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    untrained.train_from_iterator(texts, trainer)
    learnt = untrained.get_vocab()
    # Start is 0 and end is 1 in every run: CLIP takes an end numbered 2 for a mistake of old, and pools elsewhere.
    tokens = special + sorted(learnt.keys() - set(special), key=lambda token: learnt[token])
    # The trainer knows only the last letters that it met; people end words with any.
    tokens += [ending for letter in letters if (ending := f"{letter}</w>") not in learnt]
    return CLIPTokenizer(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=_merges(untrained.to_str()),
        model_max_length=TEXT_POSITIONS,
    )


def writer_tokenizer(texts: Sequence[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Learn the writer's tokenizer: `vocabulary` tokens at most, `<s>`, `</s>`, `<pad>` and `<image>` among them.

    It learns pieces of words first, then phrases of whole words (as in SuperBPE, Liu et al. 2025): " was the name of
    a" is one token, and a story has half the tokens that it would have by words. Names and line breaks stay alone, so
    that a name looks the same wherever it is copied from or to.
    """
    from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    pieces = Tokenizer(BPE())
    pieces.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = BpeTrainer(
        vocab_size=int(vocabulary * PIECES),
        special_tokens=SPECIAL,
        initial_alphabet=_alphabet(),
        show_progress=False,
    )
    pieces.train_from_iterator(texts, trainer)
    vocab, merges = pieces.get_vocab(), _merges(pieces.to_str())
    runs = pre_tokenizers.Split(Regex(_RUN), "isolated")
    for left, right in _phrases(pieces, runs, texts, vocabulary):
        if left + right not in vocab and len(vocab) < vocabulary:
            vocab[left + right] = len(vocab)
            merges.append((left, right))
    tokenizer = Tokenizer(BPE(vocab=vocab, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [runs, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",  # noqa: S106 (a token of text, not a password)
        eos_token="</s>",  # noqa: S106 (a token of text, not a password)
        pad_token="<pad>",  # noqa: S106 (a token of text, not a password)
        extra_special_tokens={"image_token": "<image>"},
        padding_side="left",
        model_max_length=WRITER_POSITIONS,
        clean_up_tokenization_spaces=False,
    )


def _phrases(pieces: Tokenizer, runs: PreTokenizer, texts: Iterable[str], vocabulary: int) -> list[tuple[str, str]]:
    """Pairs of tokens that often follow each other within a run, the most frequent first.

    A word of one piece becomes one letter of a private script, so that the trainer of words learns phrases. Words of
    several pieces end a run: a phrase holds whole words only.
    """
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer

    lines = [
        "".join(chr(_SCRIPT + token) for token in run)
        for text in texts
        for chunk, _ in runs.pre_tokenize_str(text)
        if not chunk.isspace() and not chunk.strip()[:1].isupper()
        for run in _whole_words(pieces.encode(chunk))
        if len(run) > 1
    ]
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "removed")
    letters = len(set("".join(lines)))
    tokenizer.train_from_iterator(
        lines, BpeTrainer(vocab_size=vocabulary + letters, min_frequency=8, show_progress=False)
    )
    names = {token: name for name, token in pieces.get_vocab().items()}

    def back(phrase: str) -> str:
        return "".join(names[ord(letter) - _SCRIPT] for letter in phrase)

    return [(back(left), back(right)) for left, right in _merges(tokenizer.to_str())]


def _whole_words(encoded: Encoding) -> list[list[int]]:
    """Runs of tokens that are whole words."""
    words: dict[int | None, list[int]] = {}
    for token, word in zip(encoded.ids, encoded.word_ids, strict=True):
        words.setdefault(word, []).append(token)
    runs: list[list[int]] = [[]]
    for found in words.values():
        if len(found) == 1:
            runs[-1] += found
        else:
            runs.append([])
    return runs


def _alphabet() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _merges(saved: str) -> list[tuple[str, str]]:
    import json

    return [(left, right) for left, right in json.loads(saved)["model"]["merges"]]
