"""Models from and to Hugging Face: `hub.load` and `export.export_folder`.

Torch is never needed. Whatever a model has that ours do not compute is refused by name.
"""
