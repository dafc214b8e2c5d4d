"""The pocket models' architectures: real classes, small sizes, random weights.

Used by the recipe (size `POCKET`) and by `tiny` (size `TINY`). It trains nothing and reads nothing; what it returns
is ready for `save_pretrained`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ravsg.pocket.tokens import CHAT_TEMPLATE, TEXT_POSITIONS, WRITER_POSITIONS

if TYPE_CHECKING:
    from diffusers import AutoencoderKL, StableDiffusionPipeline, UNet2DConditionModel
    from transformers import (
        CLIPModel,
        CLIPProcessor,
        CLIPTextModel,
        CLIPTokenizer,
        LlavaForConditionalGeneration,
        LlavaProcessor,
        PreTrainedTokenizerFast,
    )

PROJECTION: Final = 512
"""Length of the embedder's vectors, as in the larger profiles."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the three models are; widths are multiples of their heads, picture sides of their patches."""

    clip_words: int
    text_width: int
    text_layers: int
    vision_width: int
    vision_layers: int
    heads: int
    side: int
    """Pixels of the square picture that is looked at."""
    patch: int
    writer_words: int
    writer_width: int
    writer_inner: int
    writer_layers: int
    vae_channels: tuple[int, int, int, int]
    latents: int
    unet_channels: tuple[int, int]
    unet_layers: int
    groups: int
    """Groups of the painter's normalisation; divides every channel count."""


POCKET: Final = Size(
    clip_words=1536,
    text_width=160,
    text_layers=3,
    vision_width=192,
    vision_layers=5,
    heads=4,
    side=128,
    patch=16,
    writer_words=5000,
    writer_width=256,
    writer_inner=640,
    writer_layers=5,
    vae_channels=(16, 32, 64, 96),
    latents=8,
    unet_channels=(64, 128),
    unet_layers=2,
    groups=8,
)

TINY: Final = Size(
    clip_words=900,
    text_width=16,
    text_layers=1,
    vision_width=16,
    vision_layers=2,
    heads=2,
    side=32,
    patch=8,
    writer_words=700,
    writer_width=32,
    writer_inner=48,
    writer_layers=1,
    vae_channels=(4, 4, 8, 8),
    latents=4,
    unet_channels=(8, 16),
    unet_layers=1,
    groups=4,
)

PAINT_SIDE: Final = 128
"""Native side of the painter's pictures in pixels, eight for each latent."""


def _vision(size: Size, layers: int) -> dict[str, Any]:
    return {
        "hidden_size": size.vision_width,
        "intermediate_size": size.vision_width * 4,
        "num_hidden_layers": layers,
        "num_attention_heads": size.heads,
        "image_size": size.side,
        "patch_size": size.patch,
        "projection_dim": PROJECTION,
    }


def _text(size: Size, tokenizer: CLIPTokenizer) -> dict[str, Any]:
    return {
        "vocab_size": len(tokenizer),
        "hidden_size": size.text_width,
        "intermediate_size": size.text_width * 4,
        "num_hidden_layers": size.text_layers,
        "num_attention_heads": size.heads,
        "max_position_embeddings": TEXT_POSITIONS,
        "projection_dim": PROJECTION,
        # Pooling looks for the end token's number: the default is that of the large vocabulary.
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }


def _eyes(size: Size) -> Any:
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    return CLIPImageProcessorPil(
        size={"shortest_edge": size.side},
        crop_size={"height": size.side, "width": size.side},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )


def build_clip(size: Size, tokenizer: CLIPTokenizer) -> tuple[CLIPModel, CLIPProcessor]:
    """The embedder: pictures and texts as vectors of length 512."""
    from transformers import CLIPConfig, CLIPModel, CLIPProcessor

    config = CLIPConfig(
        text_config=_text(size, tokenizer),
        vision_config=_vision(size, size.vision_layers),
        projection_dim=PROJECTION,
    )
    return CLIPModel(config), CLIPProcessor(image_processor=_eyes(size), tokenizer=tokenizer)


def text_encoder_of(clip: CLIPModel) -> CLIPTextModel:
    """A copy of the embedder's text half, as the painter needs it; it has no projection."""
    from transformers import CLIPTextModel

    encoder = CLIPTextModel(clip.config.text_config)
    encoder.load_state_dict(clip.text_model.state_dict())
    return encoder


def build_writer(
    size: Size, tokenizer: PreTrainedTokenizerFast
) -> tuple[LlavaForConditionalGeneration, LlavaProcessor]:
    """The writer: a vision tower, a projector and a small Llama. One picture becomes (side / patch)² tokens.

    The tower has one layer fewer than the embedder's: LLaVA reads the last layer but one, so the last is left out.
    """
    from transformers import (
        CLIPVisionConfig,
        GenerationConfig,
        LlamaConfig,
        LlavaConfig,
        LlavaForConditionalGeneration,
        LlavaProcessor,
    )

    patches = (size.side // size.patch) ** 2
    config = LlavaConfig(
        vision_config=CLIPVisionConfig(**_vision(size, size.vision_layers - 1)),
        text_config=LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=size.writer_width,
            intermediate_size=size.writer_inner,
            num_hidden_layers=size.writer_layers,
            num_attention_heads=size.heads * 2,
            num_key_value_heads=size.heads * 2,
            max_position_embeddings=WRITER_POSITIONS,
            tie_word_embeddings=True,
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        ),
        image_token_index=tokenizer.convert_tokens_to_ids("<image>"),
        image_seq_length=patches,
        vision_feature_layer=-1,
        vision_feature_select_strategy="default",
        tie_word_embeddings=True,
    )
    model = LlavaForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    processor = LlavaProcessor(
        image_processor=_eyes(size),
        tokenizer=tokenizer,
        patch_size=size.patch,
        vision_feature_select_strategy="default",
        num_additional_image_tokens=1,
        chat_template=CHAT_TEMPLATE,
    )
    return model, processor


def build_vae(size: Size) -> AutoencoderKL:
    """The painter's eye and hand: 128 × 128 pixels to 16 × 16 latents and back."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=size.vae_channels,
        layers_per_block=1,
        latent_channels=size.latents,
        norm_num_groups=size.groups,
        mid_block_add_attention=False,
        sample_size=PAINT_SIDE,
    )


def build_unet(size: Size) -> UNet2DConditionModel:
    """The denoiser over 16 × 16 latents; it looks at the text at the lower level and in the middle."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(
        sample_size=PAINT_SIDE // 8,
        in_channels=size.latents,
        out_channels=size.latents,
        block_out_channels=size.unet_channels,
        layers_per_block=size.unet_layers,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=size.text_width,
        attention_head_dim=size.heads,
        norm_num_groups=size.groups,
        addition_embed_type="text",
        addition_embed_type_num_heads=size.heads,
    )


def build_painter(
    vae: AutoencoderKL, text_encoder: CLIPTextModel, tokenizer: CLIPTokenizer, unet: UNet2DConditionModel
) -> StableDiffusionPipeline:
    """Join the parts; the scheduler is DDIM on v-prediction with zero terminal SNR, good from about 12 steps."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    scheduler = DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
        steps_offset=1,
    )
    return StableDiffusionPipeline(
        vae=vae,
        text_encoder=text_encoder,
        tokenizer=tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
