"""How Alembic runs the steps here: on the connection that `migrate.upgrade` opened."""

from alembic import context

from looksgood.rating.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite cannot alter columns in place
)
context.run_migrations()
