"""What the command line can be asked to do: one file a job, imported when it runs.

A job is a module with run(config, path of the workdir, dry). This is the only room that sees a ConfigDict: it turns
each section into the settings of the rooms below.
"""

JOBS = {
  'train': 'acrl_jax.jobs.train',
  'evaluate': 'acrl_jax.jobs.evaluate',
  'export': 'acrl_jax.jobs.export',
  'data': 'acrl_jax.jobs.data',
}
