"""The folder of a run: config, metrics, tables of programs; no JAX."""
