"""Problems, prompts, programs and rows as data: nothing is judged, sampled or learned in here; no JAX."""
