# The steps are those of `make run` on a fresh machine, so `make test` and every start try them.
FROM python:3.11-slim-bookworm

WORKDIR /srv/nullaosta
COPY ops/ ops/
COPY requirements.txt requirements-dev.txt requirements-uv.txt ./
# Debian packages, environment, locked dependencies checked by hash.
RUN python -m ops.bootstrap run && rm -rf /var/lib/apt/lists/* /root/.cache

COPY . .
RUN useradd --system --uid 10001 --home-dir /var/lib/nullaosta --create-home nullaosta
ENV PATH="/srv/nullaosta/.venv/bin:$PATH" \
    NULLAOSTA_VAR=/var/lib/nullaosta \
    BIND=0.0.0.0 \
    PORT=8000 \
    PYTHONUNBUFFERED=1
USER nullaosta
VOLUME /var/lib/nullaosta
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=15s --start-period=60s CMD ["python", "-m", "ops.alive", "web"]
CMD ["python", "-m", "gunicorn", "--config", "ops/gunicorn.py", "config.wsgi"]
