import { describe, expect, test } from "vitest";
import { createCertificate } from "../certificate/create-certificate.ts";
import { RECORD_OVERHEAD_BYTES } from "../record/sealer.ts";
import { createSide, Pair } from "../testing/pair.ts";
import { resolveOptions } from "./options.ts";

const DATA = Uint8Array.of(1, 2, 3);

describe("two connections", () => {
  test("open in two round trips with two datagrams each, and pass data in both directions", () => {
    const pair = new Pair({ delayMs: 10 }).open();
    expect([pair.nowMs, pair.sent]).toEqual([40, { client: 2, server: 2 }]);
    pair.send("client", DATA);
    pair.send("server", Uint8Array.of(4, 5));
    pair.run(100);
    expect(pair.server.received).toEqual([Buffer.from(DATA)]);
    expect(pair.client.received).toEqual([Buffer.of(4, 5)]);
    expect(pair.client.connection.deadline(100)).toBe(Number.POSITIVE_INFINITY);
    expect([pair.client.connection.stats.heldBytes, pair.server.connection.stats.heldBytes]).toEqual([0, 0]);
  });

  test.each([
    ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "x25519"],
    ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "secp256r1"],
    ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "x25519"],
    ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "secp256r1"],
  ] as const)("open with %s and %s", (suite, group) => {
    const pair = new Pair({ server: { cipherSuites: [suite], groups: [group] } }).open();
    pair.send("client", DATA);
    pair.run(pair.nowMs + 10);
    expect(pair.server.received).toHaveLength(1);
  });

  test("without a suite in common end with a reason on both sides", () => {
    const pair = new Pair({
      client: { cipherSuites: ["TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"] },
      server: { cipherSuites: ["TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"] },
    });
    pair.start();
    pair.run(1000);
    expect(pair.server.end).toEqual({ reason: "nothing-in-common", message: "no cipher suite in common" });
    expect(pair.client.end).toEqual({ reason: "peer-alert", message: "the peer sent the alert handshake_failure" });
  });
});

describe("close()", () => {
  test("tells the peer, and ends both sides once", () => {
    const pair = new Pair().open();
    pair.client.connection.close();
    pair.client.connection.close();
    expect(pair.client.end).toEqual({ reason: "closed", message: "" });
    pair.run(pair.nowMs + 100);
    expect(pair.server.end).toEqual({ reason: "peer-closed", message: "" });
    expect([pair.client.connection.state, pair.server.connection.state]).toEqual(["ended", "ended"]);
    expect(() => pair.client.connection.protect(DATA)).toThrow("nothing can be protected in the state ended");
    expect(pair.client.connection.poll(pair.nowMs)).toBeUndefined();
    expect(pair.client.connection.deadline(pair.nowMs)).toBe(Number.POSITIVE_INFINITY);
  });

  test("of a server in onOpen still lets the client open, and then tells it", () => {
    const pair: Pair = new Pair({ server: { onOpen: () => pair.server.connection.close() } });
    pair.start();
    pair.run(1000);
    expect([pair.client.opened, pair.client.end?.reason]).toEqual([1, "peer-closed"]);
  });

  test("in onData ignores the rest of the datagram", () => {
    const side: { close?: () => void } = {};
    const pair = new Pair({ server: { onData: () => side.close?.() } }).open();
    side.close = () => pair.server.connection.close();
    const records = [1, 2].map((byte) => Uint8Array.from(pair.client.connection.protect(Uint8Array.of(byte))));
    pair.server.connection.receive(Buffer.concat(records), pair.nowMs);
    expect(pair.server.received).toHaveLength(1);
  });

  test("during the handshake tells the peer, and before the start nobody", () => {
    const pair = new Pair();
    pair.start();
    pair.run(15);
    pair.client.connection.close();
    pair.run(100);
    expect(pair.server.end?.reason).toBe("peer-closed");
    const { connection } = createSide("client");
    connection.close();
    connection.start(0);
    expect([connection.poll(0), connection.state]).toEqual([undefined, "ended"]);
  });
});

describe("a connection", () => {
  test("does nothing before its start, and starts once", () => {
    const { connection } = createSide("client");
    connection.receive(DATA, 0);
    expect([connection.state, connection.poll(0), connection.deadline(0)]).toEqual(["new", undefined, Number.POSITIVE_INFINITY]);
    connection.start(0);
    connection.start(0);
    expect(connection.poll(0)).toBeDefined();
    expect(connection.poll(0)).toBeUndefined();
  });

  test.each([
    ["no fingerprint", { remoteFingerprints: [] }],
    ["fingerprints with SHA-1 only", { remoteFingerprints: [{ algorithm: "sha-1", value: "00" }] }],
    ["datagrams that are too small", { maxDatagramBytes: 127 }],
    ["more records than there are numbers", { maxRecords: 2 ** 48 + 1 }],
  ])("is not created with %s", (_, options) => {
    expect(() => createSide("client", options)).toThrow(RangeError);
  });

  test("protects 2^28 records at most, unless another number is given (RFC 9001, B.1.1)", () => {
    expect(
      resolveOptions({ role: "client", certificate: createCertificate(), remoteFingerprints: [{ algorithm: "sha-256", value: "00" }] })
        .maxRecords,
    ).toBe(2 ** 28);
  });

  test("protects nothing before it is open", () => {
    expect(() => createSide("client").connection.protect(DATA)).toThrow("nothing can be protected in the state new");
  });

  test("protects up to 16 KiB, with a bounded overhead, and refuses more without ending", () => {
    const { connection } = new Pair().open().client;
    expect(connection.protect(new Uint8Array(16_384)).byteLength).toBe(16_384 + RECORD_OVERHEAD_BYTES);
    expect(() => connection.protect(new Uint8Array(16_385))).toThrow(RangeError);
    expect(connection.state).toBe("open");
  });

  test("gives a view of one buffer again and again", () => {
    const { connection } = new Pair().open().client;
    const first = connection.protect(DATA);
    const copy = Uint8Array.from(first);
    expect(connection.protect(DATA)).toBe(first);
    expect(first).not.toEqual(copy);
  });
});
