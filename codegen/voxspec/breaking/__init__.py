"""What a change of a protocol breaks, and for whom: two revisions compared, with proof."""
