// Many DTLS handshakes between two connections of one process, without a network: node --expose-gc dtls-handshakes.mjs COUNT
// Prints a JSON line for each tenth of them: {"event":"opened","count","held"}; held: bytes that JavaScript holds after a garbage collection.
import { createCertificate, DtlsConnection } from "@rangecast/dtls";

const TENTHS = 10;
const certificates = { client: createCertificate(), server: createCertificate() };

function createSide(role, peer) {
  const remoteFingerprints = [{ algorithm: "sha-256", value: certificates[peer].fingerprint }];
  return new DtlsConnection({ role, certificate: certificates[role], remoteFingerprints });
}

function carry(from, to) {
  for (let datagram = from.poll(0); datagram !== undefined; datagram = from.poll(0)) to.receive(datagram, 0);
}

const count = Number(process.argv[2]);
for (let done = 1; done <= count; done += 1) {
  const client = createSide("client", "server");
  const server = createSide("server", "client");
  server.start(0);
  client.start(0);
  while (client.state === "connecting") {
    carry(client, server);
    carry(server, client);
  }
  if (client.state !== "open" || server.state !== "open") throw new Error("the connections did not open");
  if (done % (count / TENTHS) !== 0) continue;
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ event: "opened", count: done, held: heapUsed + external })}\n`);
}
