"""A problem as its author writes it, and how such a text is read."""

from acrl_jax.datagen.primer import authored

STRONG = '''
def keep_longer(words: list[str], limit: int) -> list[str]:
    """Return the words that have more than `limit` characters, in their order."""
    return [word for word in words if len(word) > limit]


cases = [([], 3), (['a', 'abc'], 1), (['ab', 'abc'], 2), (['abc'], 3), (['b', 'a', ''], 0), (['xy', 'x', 'xyz'], 1)]
'''


def problem(text):
  """The one problem of a source file's text."""
  problems, errors = authored.parse('"""Topic."""\n' + text, 'topic')
  assert not errors
  return problems[0]
