"""The study of audits: gold is made to fall unseen, and it is counted who notices."""
