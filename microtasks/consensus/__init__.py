"""Pure numerical code that decides what a crowd said: arrays and plain values in, probabilities out."""
