"""Ground, joints, spine."""
