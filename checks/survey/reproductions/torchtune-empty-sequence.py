import torch
from torchtune.modules import RotaryPositionalEmbeddings

rope = RotaryPositionalEmbeddings(dim=8, max_seq_len=4)
try:
    print("it did not raise", rope(torch.ones(2, 0, 3, 8)).shape), exit(1)
except RuntimeError as error:
    print(error)
