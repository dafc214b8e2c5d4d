"""One file, one group of commands: convert what was given, call the parts, show the answer."""
