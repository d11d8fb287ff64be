"""Studies: configs, runner, statistics, report and the command line."""
