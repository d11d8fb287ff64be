"""From trials to answers: contrasts, fall risk, policies beside each other."""
