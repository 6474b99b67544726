"""Regular expressions of ECMA-262: read, judged, and written for readers that mean others."""
