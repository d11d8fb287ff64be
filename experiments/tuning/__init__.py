"""CMA-ES on the scripted gait."""
