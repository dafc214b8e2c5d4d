"""Pictures and the words for them: taking files in, scenes that fit the painter, styles, sizes, alt text."""
