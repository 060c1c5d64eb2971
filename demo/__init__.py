"""Demo data and random walks: beside the product, for trying and testing it."""
