"""What `import retrowalk` offers to notebooks and scripts: simulate, study, look at a run."""
