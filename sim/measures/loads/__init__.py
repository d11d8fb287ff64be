"""Ground reaction, joint moments and contact forces."""
