"""The command line: each command parses its words, calls one verb or query, and prints."""
