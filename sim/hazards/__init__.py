"""Hazards: pushes, slips, trips, belt jerks, missed steps, lapses of attention."""
