"""A package, so that its fixtures end with the folder: pytest knows no end of a plain folder."""
