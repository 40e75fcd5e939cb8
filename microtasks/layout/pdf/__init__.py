"""A page's picture with its text in an invisible layer over it, as a PDF that can be searched and copied from."""
