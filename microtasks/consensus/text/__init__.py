"""Lines of text that several people typed: what they share, and where they differ, which reading holds."""
