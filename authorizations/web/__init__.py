"""The pages: views parse, call one verb or one query, and render."""
