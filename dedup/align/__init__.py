"""Two documents to an alignment: which sentences and passages went from one to the other."""
