"""Examples to copy: adapters, and programs in other languages that speak the pipe protocol."""
