"""Arguments that functions are tried on, drawn from types, names and documentation; the function is never run here."""
