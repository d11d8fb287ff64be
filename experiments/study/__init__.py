"""Config -> cells."""
