"""The study of siding with what askers wrongly believe: sycophancy."""
