"""Tables: columns, cells and the files made of them, the same for lists, detail pages and reports."""
