"""How fast each pair turns."""

from .bug import Bug

BUGS = (
    Bug(
        "wrong-base",
        "frequencies",
        "another base than declared",
        "The geometric series of frequencies has another base, most often 10000 because the "
        "model's rope_theta was not handed on.",
        "A base other than 10000 and any position but 0; the slow pairs show it first.",
        "Hand the configuration's rope_theta to the code that builds the frequencies.",
        ("lyogavin/airllm#369", "young-geng/EasyLM#117", "deepspeedai/DeepSpeed#8345"),
    ),
    Bug(
        "wrong-exponent",
        "frequencies",
        "the exponents are not 2i/r",
        "The frequencies are a geometric series with the right base and wrong exponents: "
        "i/r, 4i/r, (2i+1)/r, 2i/(r-2) or the like.",
        "Any position but 0 with four channels or more.",
        "Use base ** (-2 i / rotary_dim) with i counted from 0.",
        (
            "lucidrains/RETRO-pytorch#12",
            "stanford-cs336/assignment1-basics#22",
            "keras-team/keras-hub#1605",
        ),
    ),
    Bug(
        "exponent-uses-head-dim",
        "frequencies",
        "exponents divided by the head width",
        "With partial rotation the exponents are 2i/head_dim where 2i/rotary_dim is meant.",
        "A rotary width below the head width and any position but 0.",
        "Divide by the rotary width.",
        ("pie-project/pie#602", "zml/zml#660"),
    ),
    Bug(
        "frequency-order",
        "frequencies",
        "the right frequencies at the wrong pairs",
        "The pairs turn with frequencies of the series in another order, reversed or shifted.",
        "Any position but 0 with four channels or more.",
        "Give pair i the frequency base ** (-2 i / rotary_dim): the fastest first.",
        ("vllm-project/vllm#40680", "vllm-project/vllm-omni#1784"),
    ),
    Bug(
        "low-precision-frequencies",
        "frequencies",
        "the frequencies were rounded",
        "The frequencies were cast to bfloat16 or float16, often with the whole model, so the "
        "phase is off by a fixed fraction of itself and the error grows with the position.",
        "Positions above a few hundred.",
        "Keep frequencies in float32 or float64 and build the tables before casting.",
        (
            "huggingface/transformers#25681",
            "sgl-project/sglang-jax#1472",
            "NVIDIA-NeMo/Automodel#2549",
        ),
    ),
)
