"""A reader of configurations, with the commonest mistake in it."""


def read(config):
    """Return the frequencies of a Hugging Face config.json."""
    width = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    base = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    inv_freq = [base ** (-2 * i / width) for i in range(width // 2)]
    scaling = config.get("rope_scaling") or config.get("rope_parameters") or {}
    if scaling.get("rope_type") == "linear":  # older files call it "type"
        inv_freq = [theta / scaling["factor"] for theta in inv_freq]
    return {"inv_freq": inv_freq}
