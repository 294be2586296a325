"""Our own small Python problems: authored in sources/, checked and written to data/sources/primer.jsonl by `build`."""
