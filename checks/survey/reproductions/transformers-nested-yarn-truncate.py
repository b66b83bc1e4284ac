from transformers import Gemma3TextConfig
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

yarn = dict(rope_type="yarn", rope_theta=150000.0, factor=32.0, original_max_position_embeddings=4096)
nested = {"full_attention": yarn | {"truncate": False}, "sliding_attention": yarn | {"truncate": True}}
config = Gemma3TextConfig(head_dim=64, rope_parameters=nested)
full, sliding = (ROPE_INIT_FUNCTIONS["yarn"](config, "cpu", layer_type=t)[0] for t in nested)
print("truncate False beside True, largest difference:", (full - sliding).abs().max().item())
assert full.equal(sliding)
