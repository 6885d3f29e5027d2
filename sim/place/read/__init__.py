"""Places read from maps, layers and tables, a reader a file."""
