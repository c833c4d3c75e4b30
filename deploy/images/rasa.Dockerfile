# syntax=docker/dockerfile:1
# Rasa with the bot, trained, and the model that reads emotions. From the project's root:
#
#   docker build --file deploy/images/rasa.Dockerfile --tag emotion-rasa .
#
# Variables, secrets and addresses: docs/deployment.md.

FROM python:3.10-slim-bookworm AS build

RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

# The lock holds tools for tests, too. As constraints, it gives what Rasa needs and no more.
COPY requirements/rasa.txt requirements/
COPY pyproject.toml README.md LICENSE ./
COPY emotion_component emotion_component
COPY handoff_desk handoff_desk
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --constraint requirements/rasa.txt ".[rasa]"

COPY config.yml domain.yml ./
COPY rasa_project rasa_project
COPY models/emotion-id models/emotion-id
RUN RASA_TELEMETRY_ENABLED=false rasa train --fixed-model-name bot

FROM python:3.10-slim-bookworm

COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY --from=build /app/models models
COPY deploy/rasa deploy/rasa
COPY deploy/images/probe.py deploy/images/

# A bot is unpacked below TMPDIR when it is loaded: the only place that is written to.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 5005
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=6s --start-period=120s --retries=3 \
    CMD ["python", "deploy/images/probe.py", "5005", "/webhooks/rest/ready"]
CMD ["python", "deploy/rasa/serve.py"]
