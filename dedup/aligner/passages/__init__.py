"""Units to passages: stretches of one text that went into the other, with places."""
