"""Cases: one agency's path to one ATO for one offering."""
