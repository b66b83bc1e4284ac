"""Speed, memory and accuracy of the torch version beside every installed peer.

Every time is divided by that of copying the same tensors in the same process, one sample after
the other, so the figures survive a busy or a slower machine.
"""
