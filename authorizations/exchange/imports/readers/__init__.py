"""One module a generation of the Marketplace feed: all give the same typed rows (`feed_rows.py`)."""
