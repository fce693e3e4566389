"""A package, so that Chromium with a microphone ends with the folder."""
