"""Whether the documentation of a function is a task in plain English, whatever language it was written for.

It reads texts and runs nothing; a text that it refuses is a Reject.
"""
