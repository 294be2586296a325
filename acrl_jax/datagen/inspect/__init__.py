"""Looking into a finished build: is it sound (`verify`), and what became of one function (`explain`)?

Nothing of a build is changed here; functions are run again in new processes.
"""
