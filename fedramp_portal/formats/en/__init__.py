"""English, as this portal writes it."""
