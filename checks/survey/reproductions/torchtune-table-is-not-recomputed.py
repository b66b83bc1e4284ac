import torch
from torchtune.modules import RotaryPositionalEmbeddings

rope = RotaryPositionalEmbeddings(dim=8, max_seq_len=4)
try:
    print("it was recomputed", rope(torch.ones(1, 5, 1, 8)).shape), exit(1)
except RuntimeError as error:
    print(error)
