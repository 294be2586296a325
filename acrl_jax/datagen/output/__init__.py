"""Problems as rows and shards: fields, copies, what stems from a benchmark, the released folder and its report.

Makes no problem and executes none.
"""
