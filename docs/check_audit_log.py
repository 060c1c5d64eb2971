"""Checks an exported part of the audit log with nothing but Python: `python3 check_audit_log.py FILE [ANCHORS …]`."""

import hashlib
import json
import sys


def check(file, anchor_files):
    first, *lines = open(file, encoding="ascii").read().splitlines()
    end, previous, hashes = json.loads(first), "0" * 64, {}
    for number, line in enumerate(lines, start=1):
        entry = json.loads(line)
        if entry["audit_log"] != end["audit_log"] or entry["position"] != number or entry["previous"] != previous:
            return f"The entry at line {number + 1} does not follow the one before it."
        hashes[number] = previous = hashlib.sha256(line.encode()).hexdigest()
    if (len(lines), previous) != (end["position"], end["hash"]):
        return f"The last line is entry {len(lines)}; entry {end['position']} should be, with the hash {end['hash']}."
    for anchor in (json.loads(line) for each in anchor_files for line in open(each) if line.startswith("{")):
        if anchor["audit_log"] == end["audit_log"] and hashes.get(anchor["position"]) != anchor["hash"]:
            return f"The anchor of {anchor['at']} names another entry {anchor['position']}."
    return ""


wrong = check(sys.argv[1], sys.argv[2:])
print(wrong or "Whole: every entry follows the one before it, and none is missing.")
sys.exit(bool(wrong))
