# The portal's image: the same set-up as `./portal run` makes, in a file system that nobody writes to.
FROM python:3.13-slim-trixie AS made
WORKDIR /portal
COPY . .
# Sets up the environment from the hashed lock file, and the design system by an npm that stays behind.
RUN PORTAL_DATA=/tmp/data ./portal check \
    && .venv/bin/python -m compileall -q accounts authorizations benchmarks demo fedramp_portal .venv/lib

FROM python:3.13-slim-trixie
# The libraries that draw PDFs, and the programs that `./portal backup` and `./portal restore` call.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /tmp --no-create-home portal \
    && install -d -o portal -g portal /data
WORKDIR /portal
COPY --from=made /portal /portal
ENV PATH=/portal/.venv/bin:$PATH PORTAL_DATA=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Its port is made to be published: without settings it refuses to start.
ENV PORTAL_PRODUCTION=yes
VOLUME /data
USER 10001:10001
EXPOSE 8000
# A process of its own each: docker-compose.yml names the others.
CMD ["gunicorn", "fedramp_portal.wsgi", "--no-control-socket", "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--bind", "0.0.0.0:8000"]
