"""Who learns what: the portal fetched by the wrong people, before and after others work in it."""
