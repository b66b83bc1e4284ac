import torch
from transformers.models.hunyuan_vl import configuration_hunyuan_vl as configuration, modeling_hunyuan_vl as code

scaling = {"rope_type": "default", "rope_theta": 1e4, "mrope_section": [16, 16, 16, 16]}
config = configuration.HunYuanVLTextConfig(head_dim=128, rope_parameters=scaling)
cos, sin = code.HunYuanVLRotaryEmbedding(config)(torch.ones(1), torch.tensor([7, 2, 5, 1]).reshape(4, 1, 1))
matrix = code.apply_rotary_pos_emb(*[torch.eye(128).reshape(1, 128, 1, 128)] * 2, cos, sin)[0][0, :, 0]
print("R R^T - I:", (matrix @ matrix.T - torch.eye(128)).abs().max().item())
assert (matrix @ matrix.T - torch.eye(128)).abs().max() > 0.5
