"""RAVSG's engine: pictures become stories, stories become pictures, and both are remembered. It knows no Discord."""
