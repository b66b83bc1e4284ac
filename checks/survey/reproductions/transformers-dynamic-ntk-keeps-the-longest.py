import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

scaling = {"rope_type": "dynamic", "factor": 4.0, "rope_theta": 10000.0}
config = LlamaConfig(head_dim=128, max_position_embeddings=4096, rope_parameters=scaling)
used, new = LlamaRotaryEmbedding(config), LlamaRotaryEmbedding(config)
used(torch.ones(1), torch.arange(8192)[None])
error = (used(torch.ones(1), torch.arange(5000)[None])[0] - new(torch.ones(1), torch.arange(5000)[None])[0]).abs().max()
print("5000 tokens after 8192, beside 5000 tokens alone:", error.item()); assert error > 1
