"""From executions to tests: which may become tests, which few are enough, and whether those are strong.

Runs nothing itself: it is given what the oracles saw.
"""
