"""Data sets: frozen, numbered, documented exports of a campaign that can be checked and computed again."""
