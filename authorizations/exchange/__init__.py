"""What arrives from elsewhere: feeds are read, planned, shown, and handed to the verb that applies them."""
