"""From corpora to a finished build: plan, spread and run the work; the stages of one function are in pipeline.py.

Knows languages by their front ends alone, and no engine but the local pool and Ray.
"""
