"""Honest implementations that must pass, and planted bugs that must fail."""
