"""Sentences to links: which went into which, what was changed, and which way it went."""
