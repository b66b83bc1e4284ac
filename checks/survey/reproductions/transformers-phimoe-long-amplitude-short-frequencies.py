import torch
from transformers import PhimoeConfig
from transformers.models.phimoe.modeling_phimoe import PhimoeRotaryEmbedding

scaling = dict(rope_type="longrope", rope_theta=1e4, short_factor=[1.0, 1.0], long_factor=[4.0, 4.0],
               short_mscale=1.1, long_mscale=1.5, original_max_position_embeddings=16)
config = PhimoeConfig(hidden_size=8, num_attention_heads=2, rope_parameters=scaling)
cos, sin = (x[0, 1, 0] for x in PhimoeRotaryEmbedding(config)(torch.ones(1), torch.arange(17)[None]))
print("angle", torch.atan2(sin, cos).item(), "where 1/4 is meant; amplitude", torch.hypot(cos, sin).item())
assert abs(torch.atan2(sin, cos) - 1) < 1e-3 and abs(torch.hypot(cos, sin) - 1.5) < 1e-3
