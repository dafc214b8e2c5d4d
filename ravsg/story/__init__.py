"""Words: prompts, analyses, stories and their checks. Pure text in, text out; knows no model, picture or database."""
