"""Lists of records in the API, and what their addresses may say."""
