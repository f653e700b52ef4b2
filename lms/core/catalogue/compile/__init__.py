"""From a folder of Markdown, YAML and PO files to one immutable release: no database, no request."""
