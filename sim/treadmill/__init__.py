"""Belt, rails and workout of a treadmill."""
