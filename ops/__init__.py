"""Setting up and running the house on one machine.

    make run                                            everything, with demo data, under var/
    .venv/bin/python -m ops.services run -- CMD …       any command against the servers of `make run`
                                                        (started for its duration where none run), for example
                                                        … run -- .venv/bin/python manage.py migrate
    .venv/bin/python -m ops.test [pytest arguments]     pytest on throw-away servers of its own
    make test ARGS="tests/catalogue -x"                 the same

A test that stops, kills or restarts a server takes its own: `with ops.test.throw_away() as services:` gives
`services.redis` and `services.postgres`, each with `url`, `start()`, `stop()`, `kill()`.
"""
