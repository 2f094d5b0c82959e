#!/bin/sh
# Makes the desk's namespace, and has the engine keep closed histories for 400 days (the desk keeps its own copies).
set -eu

retention=400d
temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"
temporal operator namespace update --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"
