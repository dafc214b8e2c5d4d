"""The Discord process of RAVSG."""
