"""Numbers: counted where people hit the same one, otherwise a centre whose kind and weights the crowd's answers choose."""
