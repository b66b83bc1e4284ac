"""What the numbers are: configurations, papers' formulas, the exact oracle."""
