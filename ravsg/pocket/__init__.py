"""The pocket models: small weights that ship with RAVSG, the picture-book world they know, and the recipe for them.

The running bot imports nothing from here; it reads `weights/` like any other folder of models.
"""
