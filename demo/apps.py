"""The demo app: a command, no tables."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "demo"
