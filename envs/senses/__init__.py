"""What a walker knows of itself."""
