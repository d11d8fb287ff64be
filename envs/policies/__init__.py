"""What steers a walker: policy files, learned gaits and gaits of the user's own."""
