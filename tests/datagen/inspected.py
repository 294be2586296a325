"""Names of the functions of the build that is looked into."""

NAMES = [f'{word}{i}' for word in ('alpha', 'beta', 'gamma', 'delta') for i in range(3)]
