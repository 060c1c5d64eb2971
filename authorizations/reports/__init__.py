"""What leaves the portal: reports and lists, asked for once and written as a page, PDF, XLSX, CSV or JSON."""
