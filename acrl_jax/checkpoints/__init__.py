"""Models in files: loaded from anywhere, saved while they learn, exported."""
