"""Labelled chapters by which the checks are set and asked: those of the pocket world, and passages of general
English.

`python -m tests.story.calibration` prints how often each check is right.
"""
