"""The scripted gait: where the feet go, what each leg does, which muscles do it."""
