# The command line in a container; generated code is proven in here, too: the sandbox needs no rights of its own.
#   docker build -t python-specialist .
#   docker run --rm -v "$PWD:/work" --user "$(id -u):$(id -g)" python-specialist run shop.spec --out shop
FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY agent agent
COPY schemas schemas
COPY knowledge knowledge
COPY prompts prompts
COPY report report
RUN python -m venv /opt/agent && /opt/agent/bin/pip install --no-cache-dir .

FROM python:3.11-slim
RUN useradd --create-home --uid 1000 agent
COPY --from=build /opt/agent /opt/agent
# Whoever runs it (--user) may have no home of their own.
ENV PATH=/opt/agent/bin:$PATH PYTHONUNBUFFERED=1 PYTHON_SPECIALIST_CACHE_DIR=/tmp/python-specialist
WORKDIR /work
USER agent
ENTRYPOINT ["python-specialist"]
CMD ["--help"]
