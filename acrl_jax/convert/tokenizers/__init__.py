"""Tokenizers: read from Hugging Face folders and GGUF files, trained for a model of our own, written.

One that gives back another text than it was given is refused, as programs would not survive it.
"""
