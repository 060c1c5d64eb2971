"""What an agency hands over where somebody asks for it: lists that say as of when and from which data."""
