"""Analysis of trials: contrasts, fall risk, comparison of policies."""
