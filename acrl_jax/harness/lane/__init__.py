"""What runs inside a lane: a judge, the process that programs are forked from, and one confined process a program.

A lane starts without installed packages: nothing in here imports any, nor anything of a pool.
"""
