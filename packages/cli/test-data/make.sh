#!/usr/bin/env bash
# Makes the certificates that the tests use. Their keys are public, so nothing may trust them.
set -euo pipefail
cd "$(dirname "$0")"
names="subjectAltName=DNS:*.example.net,DNS:localhost,DNS:films.example.org,IP:127.0.0.1,IP:192.0.2.7"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 36500 -subj "/CN=rangecast test" -addext "$names"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout local-key.pem -out local-cert.pem -days 36500 -subj "/CN=rangecast test" \
  -addext "subjectAltName=DNS:localhost"
openssl pkcs8 -topk8 -v2 aes256 -in key.pem -passout pass:test -out encrypted-key.pem
