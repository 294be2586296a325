"""Models from and to Hugging Face: `hub.load` and `hub.export`. Torch is never needed."""
