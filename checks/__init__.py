"""Who agrees: laws, targets, identification, diagnosis, reports, command line."""
