"""Our own small Python problems: authored in sources/, checked and written to problems.jsonl by `build`."""
