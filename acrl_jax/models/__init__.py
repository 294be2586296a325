"""The networks. The only package that imports flax.linen."""
