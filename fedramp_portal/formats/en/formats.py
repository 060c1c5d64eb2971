"""Dates as “24 Nov 2026”, times with their zone, on every page that Django itself writes."""

DATE_FORMAT = SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "j M Y, g:i a T"
