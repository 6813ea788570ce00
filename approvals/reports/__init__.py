"""What happened in a period, in figures: which (asking), how many (counting), how it is shown (tables)."""
