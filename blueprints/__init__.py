"""The web: one blueprint per kind of visitor, each view a few lines around one call into the domain."""
