import math
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

theta = (8192 / (2 * math.pi)) ** 2  # so that the second pair's wavelength is 8192
scaling = dict(rope_type="llama3", rope_theta=theta, factor=16.0, low_freq_factor=1.0,
               high_freq_factor=1.0, original_max_position_embeddings=8192)
rope = LlamaRotaryEmbedding(LlamaConfig(head_dim=4, rope_parameters=scaling))
print(rope.inv_freq.tolist())
assert rope.inv_freq.isnan().any()
