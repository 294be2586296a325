"""Many devices and many processes: which device holds what, how the processes of a run meet, and who has died.

It knows nothing of models, rewards or rows: trees of arrays and picklable objects are all that it is given.
"""
