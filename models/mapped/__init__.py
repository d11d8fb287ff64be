"""Bodies made of any MJCF by a map that says which of its parts are what."""
