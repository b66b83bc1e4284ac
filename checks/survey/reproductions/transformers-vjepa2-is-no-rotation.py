import torch
from transformers.models.vjepa2.modeling_vjepa2 import rotate_queries_or_keys

basis = torch.eye(24).reshape(1, 1, 24, 24)
matrix = rotate_queries_or_keys(basis, torch.full((24,), 3.0))[0, 0]
error = (matrix @ matrix.T - torch.eye(24)).abs().max().item()
print("R R^T - I at position 3:", error)
assert error > 0.5
