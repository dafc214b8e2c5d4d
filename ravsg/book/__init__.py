"""A finished book in files that people read: EPUB, PDF, one HTML page; and the map of a story's branches.

`model` says what a book is, `binding.bind` makes a file of it, `map.draw` a picture of the branches. `manuscript`
cleans and parses the texts and encodes the pictures once for all formats; `epub`, `html` and `pdf` set them, `press`
is Typst. Nothing here knows Discord, the database or the models, and everything blocks: callers use threads.
"""
