"""Feeds that come by themselves, and the fetching of public files."""
