"""Settings of Warp."""

log_level: int
