"""A hand with two fingers and a ball on a table: the task whose failure needs a camera to see."""
