"""What imports changed of the federal record, made of their entries in the audit log: nothing of it is kept twice."""
