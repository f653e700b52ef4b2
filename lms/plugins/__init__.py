"""Everything that is not core: each folder is one plugin, in the shape that any package has."""
