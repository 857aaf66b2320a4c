/* Our DTLS and pion's, in both roles; many handshakes with loss are part of the long tests. */
import type { CipherSuiteName } from "@rangecast/dtls";
import { describe, expect, onTestFinished, test } from "vitest";
import { startWithPion } from "../lib/dtls-with-pion.ts";
import { goIsInstalled } from "../lib/pion.ts";

const ECDSA_GCM: CipherSuiteName = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
const ECDSA_CHACHA: CipherSuiteName = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256";
const RSA_GCM: CipherSuiteName = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
const RSA_CHACHA: CipherSuiteName = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256";

/** The suite is the only one of pion. Where we are the server, it follows from our key. */
const cases = [
  { role: "client", suite: ECDSA_GCM, args: ["--key-type", "ecdsa"] },
  { role: "client", suite: ECDSA_CHACHA, args: ["--key-type", "ecdsa", "--mtu", "256"] },
  { role: "client", suite: RSA_GCM, args: ["--key-type", "rsa"] },
  { role: "client", suite: RSA_CHACHA, args: ["--key-type", "rsa"] },
  { role: "server", suite: ECDSA_GCM, args: ["--key-type", "ecdsa"] },
  { role: "server", suite: ECDSA_CHACHA, args: ["--key-type", "rsa", "--mtu", "256"] },
] as const;

const TEXT = "there and back\n";

describe.skipIf(!goIsInstalled)("DTLS with pion (skipped where go is not installed)", { timeout: 30_000 }, () => {
  test.each(cases)("as a $role with $suite, $args", async ({ role, suite, args }) => {
    const { ours, peer } = await startWithPion(role, onTestFinished, { args: ["--suite", suite, ...args] });
    await ours.opened;
    expect(await peer.waitFor(({ event }) => event === "open")).toMatchObject({ suite });
    for (let count = 0; count < 50; count += 1) ours.send(TEXT);
    expect(await ours.received(TEXT.repeat(50))).toBe(TEXT.repeat(50));
    ours.end();
    expect(await peer.waitFor(({ event }) => event === "closed")).toMatchObject({ messages: 50 });
  });

  test.each(["client", "server"] as const)("as a %s, is told when pion closes the connection", async (role) => {
    const { ours } = await startWithPion(role, onTestFinished);
    await ours.opened;
    ours.send("close");
    expect((await ours.ended).reason).toBe("peer-closed");
  });

  test.each(["client", "server"] as const)(
    "as a %s, refuses pion with another certificate than was announced, and tells it",
    async (role) => {
      const remoteFingerprints = [{ algorithm: "sha-256", value: "00" }];
      const { ours, peer } = await startWithPion(role, onTestFinished, { options: { remoteFingerprints } });
      expect((await ours.ended).reason).toBe("wrong-fingerprint");
      const end = await peer.waitFor(({ event }) => event === "end");
      expect(end["detail"]).toMatch(/BadCertificate/u);
    },
  );
});
