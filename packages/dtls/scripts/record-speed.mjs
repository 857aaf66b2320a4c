// Time to protect and to open records of 1,200 bytes, and the floor: what node:crypto needs for the AEAD alone. After `npm run build`.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createCertificate, DtlsConnection } from "../dist/index.js";

const PLAINTEXT = randomBytes(1200);
const RECORDS = 4000;
const ROUNDS = 25;

/** CPU time of one call, microseconds: the least and the median of the rounds. The calls take turns, so that a busy machine is as unfair to each. */
function measure(calls) {
  const times = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, { call, before }] of Object.entries(calls)) {
      before?.();
      const start = process.cpuUsage();
      for (let count = 0; count < RECORDS; count += 1) call();
      const { user, system } = process.cpuUsage(start);
      // The first round is for the compiler.
      if (round > 0) times[name].push((user + system) / RECORDS);
    }
  }
  return Object.entries(times).map(([name, list]) => {
    list.sort((one, other) => one - other);
    return `${name} ${list[0].toFixed(2)} (${list[ROUNDS >> 1].toFixed(2)})`;
  });
}

function openPair(suite) {
  const [own, other] = [createCertificate(), createCertificate()];
  const expecting = ({ fingerprint }) => [{ algorithm: "sha-256", value: fingerprint }];
  const client = new DtlsConnection({ role: "client", certificate: own, remoteFingerprints: expecting(other), cipherSuites: [suite] });
  const server = new DtlsConnection({ role: "server", certificate: other, remoteFingerprints: expecting(own) });
  server.start(0);
  client.start(0);
  while (client.state !== "open") {
    for (let datagram = client.poll(0); datagram !== undefined; datagram = client.poll(0)) server.receive(datagram, 0);
    for (let datagram = server.poll(0); datagram !== undefined; datagram = server.poll(0)) client.receive(datagram, 0);
  }
  return { client, server };
}

for (const [algorithm, keyBytes, suite] of [
  ["aes-128-gcm", 16, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"],
  ["chacha20-poly1305", 32, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"],
]) {
  const [key, nonce, aad, options] = [randomBytes(keyBytes), Buffer.alloc(12), Buffer.alloc(13), { authTagLength: 16 }];
  const encrypt = () => {
    const cipher = createCipheriv(algorithm, key, nonce, options);
    cipher.setAAD(aad);
    const content = cipher.update(PLAINTEXT);
    cipher.final();
    return { content, tag: cipher.getAuthTag() };
  };
  const { content, tag } = encrypt();
  const decrypt = () => {
    const decipher = createDecipheriv(algorithm, key, nonce, options);
    decipher.setAuthTag(tag);
    decipher.setAAD(aad);
    decipher.update(content);
    decipher.final();
  };
  const sender = openPair(suite).client;
  const { client, server } = openPair(suite);
  let records = [];
  const seal = () => {
    records = Array.from({ length: RECORDS }, () => Buffer.from(client.protect(PLAINTEXT))).toReversed();
  };
  const results = measure({
    protect: { call: () => sender.protect(PLAINTEXT) },
    floor: { call: encrypt },
    open: { before: seal, call: () => server.receive(records.pop(), 0) },
    "floor of open": { call: decrypt },
  });
  process.stdout.write(`${algorithm}: ${results.join(", ")} µs\n`);
}
