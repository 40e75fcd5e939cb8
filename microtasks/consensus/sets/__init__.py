"""Any of several options per task: sets whose options compete for each worker's ticks."""
