try:
    import tinygrad.llm.model
except ModuleNotFoundError as error:
    print(error)
    assert error.name.startswith("tinygrad.llm.kernels")
else:
    raise SystemExit(f"it imports: {tinygrad.llm.model.__file__}")
