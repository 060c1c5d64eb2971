"""Documents of cases and ATOs."""
