"""The text that the token pipeline runs on.

The first paragraph of Edith Wharton's story "The Verdict" (1908), in the public domain. It is
the text of the notebook that source document 002 takes its code from.
"""

TEXT = (
    "I HAD always thought Jack Gisburn rather a cheap genius--though a good fellow enough--so "
    "it was no great surprise to me to hear that, in the height of his glory, he had dropped "
    "his painting, married a rich widow, and established himself in a villa on the Riviera. "
    "(Though I rather thought it would have been Rome or Florence.)"
)
"""71 tokens of `vocabulary.tokens`."""
