/* DTLS with GnuTLS's gnutls-serv, which wants a cookie, and gnutls-cli. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type CertificateFiles,
  expecting,
  freeUdpPort,
  gnutlsIsInstalled,
  makePeerFiles,
  openOurs,
  opensslIsInstalled,
  type PeerFiles,
  startPeer,
} from "../lib/dtls-peers.ts";

/** Both programs, and OpenSSL to make their certificates. */
const canRun = gnutlsIsInstalled && opensslIsInstalled;

/** GnuTLS accepts only these; it would take 1.0 as well. */
const priority = (suite: string, group: string): string => `NORMAL:-VERS-ALL:+VERS-DTLS1.2:-CIPHER-ALL:+${suite}:-GROUP-ALL:${group}`;

const cases = [
  { peerKey: "ecdsa", cipher: "AES-128-GCM", groups: "+GROUP-X25519:+GROUP-SECP256R1", mtu: "1200" },
  { peerKey: "rsa", cipher: "CHACHA20-POLY1305", groups: "+GROUP-SECP256R1", mtu: "300" },
] as const;

describe.skipIf(!canRun)("DTLS with GnuTLS (skipped where gnutls-cli or openssl is not installed)", { timeout: 20_000 }, () => {
  let peerFiles: PeerFiles;
  beforeAll(() => {
    peerFiles = makePeerFiles();
  });
  afterAll(() => peerFiles.remove());

  test.each(cases)("as a client with $cipher, $groups, and an $peerKey certificate", async ({ peerKey, cipher, groups, mtu }) => {
    const files = peerFiles[peerKey];
    const ours = await openOurs(onTestFinished);
    const port = await freeUdpPort();
    const args = ["--udp", "--echo", "--require-client-cert", "--port", String(port), "--mtu", mtu];
    const peer = startPeer("gnutls-serv", [...args, ...filesOf(files), "--priority", priority(cipher, groups)], onTestFinished);
    await peer.until(/listening/u);
    ours.start({ role: "client", ...expecting(files.fingerprint) }, port);
    await ours.opened;
    ours.send("there and back\n");
    expect(await ours.received("\n")).toBe("there and back\n");
    ours.end();
  });

  test.each(cases)("as a server with $cipher, $groups, and an $peerKey certificate", async ({ peerKey, cipher, groups, mtu }) => {
    const files = peerFiles[peerKey];
    const ours = await openOurs(onTestFinished);
    ours.start({ role: "server", ...expecting(files.fingerprint) });
    // Its own suites must allow our key, which is ECDSA.
    const peer = startClient(files, ours.port, [...(mtu === "1200" ? [] : ["--mtu", mtu]), "--priority", priority(cipher, groups)]);
    await ours.opened;
    await peer.until(/Options:.*extended master secret/u);
    ours.send("from us\n");
    await peer.until(/from us/u);
    peer.child.stdin.write("from GnuTLS\n");
    expect(await ours.received("\n")).toBe("from GnuTLS\n");
    peer.child.stdin.end();
    expect((await ours.ended).reason).toBe("peer-closed");
  });

  test("as a server, refuses a client with another certificate than was announced, and tells it", async () => {
    const files = peerFiles.ecdsa;
    const ours = await openOurs(onTestFinished);
    ours.start({ role: "server", ...expecting(peerFiles.rsa.fingerprint) });
    const peer = startClient(files, ours.port, []);
    expect((await ours.ended).reason).toBe("wrong-fingerprint");
    expect((await peer.ended).stdout).toMatch(/Certificate is bad/iu);
  });
});

function startClient(files: CertificateFiles, port: number, args: readonly string[]) {
  const common = ["--udp", "--insecure", "--port", String(port), ...filesOf(files)];
  return startPeer("gnutls-cli", [...common, ...args, "127.0.0.1"], onTestFinished);
}

function filesOf({ certificate, key }: CertificateFiles): string[] {
  return ["--x509certfile", certificate, "--x509keyfile", key];
}
