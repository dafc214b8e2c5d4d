"""Tokenizers of the pocket models, learnt from the world's own texts.

Both are byte-level: any text a person types can be encoded, and constrained decoding always finds a token for the
next byte. The text encoder's is CLIP's own class (lower case, 77 positions); the writer's keeps case and line breaks.
Neither reads files nor downloads anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from transformers import CLIPTokenizer, PreTrainedTokenizerFast

TEXT_POSITIONS: Final = 77
"""Positions of the text encoder, start and end counted: those of CLIP, so that limits agree in every profile."""

WRITER_POSITIONS: Final = 2048
"""Positions of the writer: a prompt of about 1,000 tokens, 64 of the picture, and 500 new ones fit."""

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


def writer_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Learn the writer's tokenizer: `vocabulary` tokens at most, `<s>`, `</s>`, `<pad>` and `<image>` among them."""
    from tokenizers import Tokenizer, decoders, pre_tokenizers
    from tokenizers.models import BPE
    from tokenizers.trainers import BpeTrainer
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<pad>", "<s>", "</s>", "<image>"],
        initial_alphabet=_alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
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


def _alphabet() -> list[str]:
    from tokenizers import pre_tokenizers

    return sorted(pre_tokenizers.ByteLevel.alphabet())


def _merges(saved: str) -> list[tuple[str, str]]:
    import json

    return [(left, right) for left, right in json.loads(saved)["model"]["merges"]]
