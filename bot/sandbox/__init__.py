"""A local Discord stand-in: REST v10, gateway v10, attachment links, a scripted person and a web page.

The unchanged discord.py client connects to it. It knows nothing of the bot that it serves, keeps its world in
memory only, and listens on the loopback address only.
"""
