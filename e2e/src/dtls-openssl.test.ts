/* DTLS with OpenSSL's s_server, which wants a cookie, and s_client. */
import type { CipherSuiteName, NamedGroup } from "@rangecast/dtls";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type CertificateFiles,
  expecting,
  freeUdpPort,
  makePeerFiles,
  openOurs,
  opensslIsInstalled,
  type PeerFiles,
  startPeer,
} from "./lib/dtls-peers.ts";

interface Case {
  readonly peerKey: "ecdsa" | "rsa";
  readonly suite: CipherSuiteName;
  readonly groups: readonly NamedGroup[];
  /** More options of OpenSSL. */
  readonly args: readonly string[];
}

/** OpenSSL offers and accepts all that it has; our side chooses. */
const asClient: readonly Case[] = [
  { peerKey: "ecdsa", suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", groups: ["x25519", "secp256r1"], args: [] },
  { peerKey: "ecdsa", suite: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", groups: ["secp256r1"], args: ["-mtu", "256"] },
  { peerKey: "rsa", suite: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", groups: ["secp256r1"], args: [] },
  {
    peerKey: "rsa",
    suite: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    groups: ["x25519", "secp256r1"],
    args: ["-sigalgs", "RSA+SHA512:ECDSA+SHA256"],
  },
];
const asServer: readonly Case[] = [
  {
    peerKey: "ecdsa",
    suite: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    groups: ["x25519", "secp256r1"],
    args: ["-use_srtp", "SRTP_AES128_CM_SHA1_80"],
  },
  { peerKey: "rsa", suite: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", groups: ["secp256r1"], args: ["-mtu", "256"] },
];

/** Datagrams that are lost, counted in both directions. */
const LOST: ReadonlySet<number> = new Set([1, 4, 6, 9]);

/** Ends what OpenSSL prints about the connection. */
const READY = /Extended master secret: yes/u;

describe.skipIf(!opensslIsInstalled)("DTLS with OpenSSL (skipped where openssl is not installed)", { timeout: 20_000 }, () => {
  let peerFiles: PeerFiles;
  beforeAll(() => {
    peerFiles = makePeerFiles();
  });
  afterAll(() => peerFiles.remove());

  test.each(asClient)("as a client with $suite, $groups, and an $peerKey certificate $args", async ({ peerKey, suite, groups, args }) => {
    const files = peerFiles[peerKey];
    const ours = await openOurs(onTestFinished);
    const { peer, port } = await startServer(files, args);
    ours.start({ role: "client", ...expecting(files.fingerprint), cipherSuites: [suite], groups }, port);
    await ours.opened;
    await peer.until(/CIPHER is ECDHE-/u);
    ours.send("from us\n");
    await peer.until(/from us/u);
    peer.child.stdin.write("from OpenSSL\n");
    expect(await ours.received("\n")).toBe("from OpenSSL\n");
    ours.end();
    expect((await peer.ended).stdout).toMatch(/DONE\s/u);
  });

  test.each(asServer)("as a server with $suite, $groups, and an $peerKey certificate $args", async ({ peerKey, suite, groups, args }) => {
    const files = peerFiles[peerKey];
    const ours = await openOurs(onTestFinished);
    ours.start({ role: "server", ...expecting(files.fingerprint), cipherSuites: [suite], groups });
    const peer = startClient(files, ours.port, args);
    await ours.opened;
    await peer.until(READY);
    ours.send("from us\n");
    await peer.until(/from us/u);
    peer.child.stdin.write("from OpenSSL\n");
    expect(await ours.received("\n")).toBe("from OpenSSL\n");
    // A Q makes it close the connection.
    peer.child.stdin.write("Q\n");
    expect(await ours.ended).toEqual({ reason: "peer-closed", message: "" });
  });

  test.each(["client", "server"] as const)("as a %s, through a path that loses some datagrams of the handshake", async (role) => {
    const files = peerFiles.ecdsa;
    // OpenSSL repeats its flights after a second, and we ours after 100 ms.
    const ours = await openOurs(onTestFinished);
    let count = 0;
    ours.loss = () => LOST.has(count++);
    const options = { role, ...expecting(files.fingerprint) };
    if (role === "client") ours.start(options, (await startServer(files, [])).port);
    else {
      ours.start(options);
      startClient(files, ours.port, []);
    }
    await ours.opened;
    expect(ours.connection.stats.repeatedFlights).toBeGreaterThan(0);
  });

  test.each(["client", "server"] as const)(
    "as a %s, refuses a peer with another certificate than was announced, and tells it",
    async (role) => {
      const files = peerFiles.ecdsa;
      const ours = await openOurs(onTestFinished);
      const { peer, port } =
        role === "client" ? await startServer(files, []) : { peer: startClient(files, ours.port, []), port: undefined };
      ours.start({ role, ...expecting(peerFiles.rsa.fingerprint) }, port);
      expect((await ours.ended).reason).toBe("wrong-fingerprint");
      expect((await peer.ended).stdout).toContain("alert bad certificate");
    },
  );

  test("as a server, refuses a client without a certificate", async () => {
    const files = peerFiles.ecdsa;
    const ours = await openOurs(onTestFinished);
    ours.start({ role: "server", ...expecting(files.fingerprint) });
    const peer = startPeer("openssl", ["s_client", "-dtls1_2", "-connect", `127.0.0.1:${ours.port}`], onTestFinished);
    expect(await ours.ended).toEqual({ reason: "bad-certificate", message: "the peer has no certificate" });
    expect((await peer.ended).stdout).toContain("alert handshake failure");
  });

  test("as a server, refuses a client of DTLS 1.0", async () => {
    const files = peerFiles.ecdsa;
    const ours = await openOurs(onTestFinished);
    ours.start({ role: "server", ...expecting(files.fingerprint) });
    startPeer("openssl", ["s_client", "-dtls1", "-cipher", "ALL:@SECLEVEL=0", "-connect", `127.0.0.1:${ours.port}`], onTestFinished);
    expect((await ours.ended).reason).toBe("nothing-in-common");
  });

  test("as a client, finds an attempt to renegotiate refused", async () => {
    const files = peerFiles.ecdsa;
    const ours = await openOurs(onTestFinished);
    const { peer, port } = await startServer(files, []);
    ours.start({ role: "client", ...expecting(files.fingerprint) }, port);
    await ours.opened;
    await peer.until(/CIPHER is/u);
    // An r asks for another handshake; OpenSSL ends the connection when it is refused.
    peer.child.stdin.write("r\n");
    expect(["peer-alert", "peer-closed"]).toContain((await ours.ended).reason);
  });
});

async function startServer(files: CertificateFiles, args: readonly string[]) {
  const port = await freeUdpPort();
  const common = [
    "-dtls1_2",
    "-accept",
    `127.0.0.1:${port}`,
    "-cert",
    files.certificate,
    "-key",
    files.key,
    "-Verify",
    "1",
    "-naccept",
    "1",
  ];
  const peer = startPeer("openssl", ["s_server", ...common, ...args], onTestFinished);
  await peer.until(/ACCEPT/u);
  return { peer, port };
}

function startClient(files: CertificateFiles, port: number, args: readonly string[]) {
  const common = ["-dtls1_2", "-connect", `127.0.0.1:${port}`, "-cert", files.certificate, "-key", files.key];
  return startPeer("openssl", ["s_client", ...common, ...args], onTestFinished);
}
