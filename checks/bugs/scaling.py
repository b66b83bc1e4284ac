"""Frequency laws for long contexts."""

from .bug import Bug

BUGS = (
    Bug(
        "scaling-ignored",
        "scaling",
        "the scaling is not applied",
        "Frequencies are those of the base alone; the declared scaling has no effect.",
        "A configuration with a scaling, at any position but 0.",
        "Read the scaling from the configuration (both rope_scaling and rope_parameters, both "
        "type and rope_type) and apply it.",
        ("lablup/mlxcel#1355", "Blaizzy/mlx-vlm#1709", "jmaczan/tiny-vllm#1"),
    ),
    Bug(
        "scaling-inverted",
        "scaling",
        "the scaling goes the wrong way",
        "Frequencies are multiplied by the factor where they should be divided.",
        "A configuration with a scaling factor other than 1, at any position but 0.",
        "Divide the frequencies, or the positions, by the factor.",
    ),
    Bug(
        "wrong-scaling-parameters",
        "scaling",
        "the scaling has other parameters",
        "The scaling is applied with another factor, ramp or original length.",
        "Several configurations with different parameters.",
        "Hand every parameter of the scaling on; hard-code none.",
        (
            "TransformerLensOrg/TransformerLens#910",
            "keras-team/keras-hub#2981",
            "vllm-project/vllm#27722",
        ),
    ),
    Bug(
        "attention-factor-missing",
        "scaling",
        "the attention factor is not applied",
        "Cosine and sine are not multiplied by the declared attention factor.",
        "A configuration with an attention factor other than 1, at any position.",
        "Multiply cosine and sine by the attention factor, once.",
        ("vllm-project/vllm#46280", "GaijinEntertainment/daScript#3479"),
    ),
)
