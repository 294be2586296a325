"""Problems as Python text: signature, docstring, prompt and tests; runs no code of a corpus."""
