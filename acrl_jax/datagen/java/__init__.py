"""Functions of Java libraries: read from source text, run and mutated in a confined virtual machine.

Nothing here makes inputs, tests or rows: it extracts functions (`source`) and says what they do (`oracle`). `bytecode`
and `runtime` are the Java side, compiled together at first use.
"""
