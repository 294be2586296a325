"""Functions of Python libraries: read from source text, run and mutated in confined processes.

Nothing here makes inputs, tests or rows, and no module of a corpus is ever imported by the process that builds.
"""
