"""What a walker knows of itself: noise, delay, prediction."""
