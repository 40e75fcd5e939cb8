"""Crowds from elsewhere: tables of answers that somebody uploads to have them decided, kept for some days.

`keeping` knows the tables, `deciding` goes from files to files in a confined process (`child`), and `telling` says
what its page shows.
"""
