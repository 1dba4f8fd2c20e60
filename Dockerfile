# The command line and the service in a container. Generated code is proven in here, too: the sandbox
# needs no rights of its own, and says so where it does not hold (doctor).
#   docker build -t python-specialist .
#   docker run --rm python-specialist doctor
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" python-specialist run shop.spec --out shop
# The whole service, with PostgreSQL and NATS: compose.yaml.
FROM python:3.11-slim AS build
ARG EXTRAS=nats,opentelemetry
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY schemas schemas
COPY knowledge knowledge
COPY prompts prompts
COPY report report
# pip stays behind: what runs needs none
RUN python -m venv --without-pip /opt/agent \
    && pip --python /opt/agent/bin/python install --no-cache-dir --disable-pip-version-check ".[${EXTRAS}]"

FROM python:3.11-slim
RUN groupadd --gid 1000 agent \
    && useradd --uid 1000 --gid 1000 --create-home agent \
    && install --directory --owner=agent --group=agent --mode=0700 /var/lib/python-specialist
COPY --from=build /opt/agent /opt/agent
# Whoever runs it (--user) may have no home of their own.
ENV PATH=/opt/agent/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHON_SPECIALIST_CACHE_DIR=/tmp/python-specialist \
    PYTHON_SPECIALIST_STATE_DIR=/var/lib/python-specialist
WORKDIR /work
# by number, so that whatever runs it can see that this is not root
USER 1000:1000
EXPOSE 8000
ENTRYPOINT ["python-specialist"]
CMD ["--help"]
