"""Models in files: loaded from anywhere by name, saved while they learn, exported to Hugging Face folders.

Nothing here trains, samples or reads a config of a job.
"""
