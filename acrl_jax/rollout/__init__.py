"""From problems to judged programs: prompts -> generate -> text -> harness -> reward."""
