"""The libraries that functions are taken from: which there are, and their exact files on this machine.

It downloads, checks and unpacks; it installs nothing, and takes no file whose hash is not the pinned one.
"""
