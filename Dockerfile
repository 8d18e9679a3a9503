# One peer.  SX_DOMAIN says which; what it keeps is in /var/lib/peer.
FROM python:3.13-slim

RUN useradd --system --create-home --home-dir /var/lib/peer peer
WORKDIR /srv/peer

# What is pinned, with hashes.  bovine's own pins are overridden (pyproject.toml).
COPY requirements.lock .
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock

COPY peer peer
COPY behaviors behaviors
COPY store store
COPY types types
COPY seeds seeds
RUN python -m compileall -q peer behaviors store

USER peer
VOLUME /var/lib/peer
ENV SX_VAR=/var/lib/peer \
    SX_LISTEN=0.0.0.0:8801 \
    SX_LOG=json \
    PYTHONUNBUFFERED=1

HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-m", "peer", "doctor", "--alive"]
ENTRYPOINT ["python", "-m", "peer"]
CMD ["serve"]
