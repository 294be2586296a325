"""From rows to updated parameters, whatever the algorithm and wherever the rows come from."""
