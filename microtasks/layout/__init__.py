"""Layout files: where the lines and words of a page lie and what they say, read and written again. Pure values."""
