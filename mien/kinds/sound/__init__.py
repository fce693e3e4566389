"""The kind ``sound``: a clip of a voice."""
