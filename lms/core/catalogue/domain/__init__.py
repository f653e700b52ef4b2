"""Pure values of the catalogue: problems, segments, outlines, bodies and the contracts of blocks and activities."""
