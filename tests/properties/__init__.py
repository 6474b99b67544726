"""What holds for every message and for any input, tried on drawn examples."""
