"""The ground: nouns, recipe, run folder, errors, registry. Imports nothing else of Mien."""
