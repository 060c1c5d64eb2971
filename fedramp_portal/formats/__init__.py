"""How dates are written, by language: Django lets a language's own habit win over a setting."""
