import torch
from transformers import Phi3Config
from transformers.models.phi3.modeling_phi3 import Phi3RotaryEmbedding
rope = {"rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 4, "long_factor": [4.0] * 4}
sizes = {"hidden_size": 16, "num_attention_heads": 2, "max_position_embeddings": 64, "pad_token_id": 0}
module = Phi3RotaryEmbedding(Phi3Config(**sizes, original_max_position_embeddings=16, rope_parameters=rope))
tables = (module(torch.ones(1), torch.arange(n)[None]) for n in (16, 17))
turned = [torch.atan2(sin[0, 1, 0], cos[0, 1, 0]).item() for cos, sin in tables]
print("position 1 in calls of 16 and 17 tokens:", turned); assert abs(turned[0] - 1) + abs(turned[1] - 0.25) < 1e-5
