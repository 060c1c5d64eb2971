"""The rules that change: each release is one document of stages, dates and lengths, with its sources. Pure."""

from authorizations.rules.release import Release, newest, release

__all__ = ["Release", "newest", "release"]
