"""A tokenizer and a tiny writer that are built as LLaVA-1.5's are, where the pocket ones differ from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

CHAT: Final = (
    "{% for message in messages %}{{ message['role'].upper() }}: "
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }}"
    "{% endif %}{% endfor %} {% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)
"""No start token in the template: Llama's tokenizer adds it."""
SPARE: Final = 62
"""Rows of the output layer that no token stands for; LLaVA-1.5 has 32,064 rows for 32,002 tokens."""


def fallback_tokenizer() -> Any:
    """Like Llama's own: spaces as ▁, whole words, and every other byte as <0x..>."""
    from tokenizers import Tokenizer, decoders, normalizers
    from tokenizers.models import BPE
    from transformers import PreTrainedTokenizerFast

    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    pieces += [*'▁abcdefghijklmnopqrstuvwxyz{}[]":,.0123456789', '"▁', '",', '":', "▁a", "▁th", "é"]
    tokenizer = Tokenizer(BPE({p: n for n, p in enumerate(pieces)}, [], unk_token="<unk>", byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<unk>"
    )


def make_llama_like_writer(folder: Path) -> None:
    """Write a tiny random LLaVA with that tokenizer."""
    import torch
    from tokenizers.processors import TemplateProcessing

    from ravsg.pocket.build import TINY, build_writer

    tokenizer = fallback_tokenizer()
    tokenizer.add_special_tokens({"pad_token": "<pad>", "additional_special_tokens": ["<image>"]})
    tokenizer.backend_tokenizer.post_processor = TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model, processor = build_writer(TINY, tokenizer)
        model.resize_token_embeddings(len(tokenizer) + SPARE)
    processor.chat_template = CHAT
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
