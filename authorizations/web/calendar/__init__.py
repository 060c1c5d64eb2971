"""Deadlines as entries of a calendar: on the pages, and in the feeds that calendar programs fetch."""
