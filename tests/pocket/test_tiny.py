"""Tiny random weights load through the Auto classes, as the shipped and the large models do."""

from __future__ import annotations

from pathlib import Path

import pytest

from ravsg.pocket.tiny import make_tiny


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_tiny(folder)
    return folder


def test_it_is_small_and_safe(tiny: Path) -> None:
    files = [path for path in tiny.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 2_000_000
    assert not [path for path in files if path.suffix in {".bin", ".pt", ".pkl", ".pickle"}]


def test_the_writer_reads_pictures_and_any_text(tiny: Path) -> None:
    from PIL import Image
    from transformers import AutoModelForImageTextToText, AutoProcessor

    model = AutoModelForImageTextToText.from_pretrained(tiny / "writer")
    processor = AutoProcessor.from_pretrained(tiny / "writer")
    content = [{"type": "image"}, {"type": "text", "text": "Héllo ☃ [picture]"}]
    turn = processor.apply_chat_template([{"role": "user", "content": content}], add_generation_prompt=True)
    inputs = processor(text=[turn], images=[Image.new("RGB", (90, 60), "red")], return_tensors="pt")
    assert "Héllo ☃ [picture]" in processor.tokenizer.decode(inputs["input_ids"][0])
    out = model.generate(**inputs, max_new_tokens=5, min_new_tokens=5)
    assert out.shape[1] == inputs["input_ids"].shape[1] + 5


def test_the_painter_paints_from_text_and_from_a_picture(tiny: Path) -> None:
    from diffusers import AutoPipelineForImage2Image, AutoPipelineForText2Image

    painter = AutoPipelineForText2Image.from_pretrained(tiny / "painter")
    painter.set_progress_bar_config(disable=True)
    picture = painter("a fox", num_inference_steps=2).images[0]
    assert picture.size == (128, 128)
    varied = AutoPipelineForImage2Image.from_pipe(painter)(
        "a fox", image=picture, strength=0.5, num_inference_steps=4
    )
    assert varied.images[0].size == (128, 128)


def test_the_embedder_gives_512_numbers(tiny: Path) -> None:
    from transformers import AutoModel, AutoProcessor

    model = AutoModel.from_pretrained(tiny / "embedder")
    processor = AutoProcessor.from_pretrained(tiny / "embedder")
    assert processor.tokenizer.model_max_length == 77
    inputs = processor(text=["a fox", "moon"], padding=True, return_tensors="pt")
    assert model.get_text_features(**inputs).pooler_output.shape == (2, 512)
