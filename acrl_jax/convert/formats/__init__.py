"""Files of weights, one module a format: which tensors a file holds, and their numbers when they are asked for.

A file that is damaged, cut short or more than a table of tensors is refused before any number is read.
"""
