"""Formats: HTML, print, PDF, XLSX, CSV and JSON."""
