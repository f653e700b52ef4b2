"""Rules about names and codes, without database and without HTTP."""
