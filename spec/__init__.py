"""What is true: the theorems, their proofs and the kernel that accepts them."""
