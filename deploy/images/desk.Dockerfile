# syntax=docker/dockerfile:1
# The agents' desk, and `emosi` for purges and audits of what both keep. From the project's root:
#
#   docker build --file deploy/images/desk.Dockerfile --tag emotion-desk .
#
# Variables, secrets and addresses: docs/deployment.md.

FROM python:3.12-slim-bookworm AS build

RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock holds tools for tests, too. As constraints, it gives what the desk needs and no more.
COPY requirements/desk.txt requirements/
COPY pyproject.toml README.md LICENSE ./
COPY emotion_component emotion_component
COPY handoff_desk handoff_desk
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements/desk.txt ".[desk]"

FROM python:3.12-slim-bookworm

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY deploy/desk/desk.yml ./
COPY deploy/images/probe.py deploy/images/

ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DESK_HOST=0.0.0.0 \
    DESK_PORT=5055
USER 10001:10001
EXPOSE 5055
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "deploy/images/probe.py", "5055", "/ready"]
CMD ["desk", "run"]
