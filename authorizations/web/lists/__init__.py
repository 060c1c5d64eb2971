"""What every list page is made of."""
