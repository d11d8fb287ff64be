"""What steers it: learned and user gaits."""
