"""Bodies, muscles and the people who walk."""
