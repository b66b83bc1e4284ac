import torch
from litgpt.model import build_rope_cache

yarn = {"factor": 4, "original_max_seq_len": 32768, "beta_fast": 32, "beta_slow": 1}
(c, s), (c0, s0) = (build_rope_cache(2, 128, base=1000000, extra_config=e) for e in (yarn, None))
speed = (torch.atan2(s, c) / torch.atan2(s0, c0))[1]
print("fastest pair times", speed[0].item(), "slowest times", speed[63].item())
print("amplitude", torch.hypot(c, s)[1, 0].item(), "where 0.1 ln 4 + 1 is meant")
assert abs(speed[0] - 1 / 4) < 1e-3 and abs(speed[63] - 1) < 1e-3
