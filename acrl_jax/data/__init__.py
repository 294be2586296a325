"""Problems, prompts, programs and rows; host only, never imports JAX."""
