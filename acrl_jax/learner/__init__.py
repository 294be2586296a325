"""From rows to updated parameters. Blind to which algorithm it is, and to where the rows come from."""
