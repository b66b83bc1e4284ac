import torch
from transformers import Phi3Config
from transformers.models.llama4.modeling_llama4 import apply_rotary_emb
from transformers.models.phi3.modeling_phi3 import Phi3RotaryEmbedding
rope = {"rope_type": "longrope", "rope_theta": 1e4, "short_factor": [1.0] * 4, "long_factor": [2.0] * 4, "factor": 2.0}
phi3 = Phi3RotaryEmbedding(Phi3Config(hidden_size=16, num_attention_heads=2, rope_parameters=rope, pad_token_id=0))
for call in (lambda x: apply_rotary_emb(x, x, torch.ones(2, 0, 4) + 0j), lambda x: phi3(x, x[:, :, 0, 0].long())):
    try: call(torch.ones(2, 0, 3, 8)), exit("it did not raise")
    except RuntimeError as error: print(str(error)[:90])
