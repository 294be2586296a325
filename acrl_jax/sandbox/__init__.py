"""Confinement of untrusted code: what a process may reach and use, and messages to it that need no trust.

Nothing in here knows of tests, verdicts or rewards.
"""
