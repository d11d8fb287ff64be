"""Belt, rails, workout."""
