"""Networks and what runs on them: decoders and T5, their scores, their samples, adapters, the critic's head.

Flax Linen is used here and nowhere else. Nothing here knows rewards, losses or files.
"""
