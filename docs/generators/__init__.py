"""The pages that are written from the package: one module for each kind of page.

Each module has `pages() -> dict[str, str]`, from a path below `docs` to its text.
"""
