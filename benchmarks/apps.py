"""The benchmarks app: a command, no tables."""

from django.apps import AppConfig


class BenchmarksConfig(AppConfig):
    name = "benchmarks"
