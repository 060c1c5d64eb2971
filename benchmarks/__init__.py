"""Benchmarks: beside the product, each on a scratch database."""
