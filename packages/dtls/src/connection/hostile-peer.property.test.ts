/* A peer that breaks rules after it was let in, or with the keys in its hands: any order of messages, any certificate, any protected record. Seeds are kept. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, u16, u24, u8 } from "../bytes/byte-parts.ts";
import { fingerprintOf } from "../certificate/fingerprint.ts";
import { readPeerKey } from "../certificate/peer-key.ts";
import { ContentType } from "../record/record-header.ts";
import { rsaCertificate } from "../testing/certificates.ts";
import { FUZZ_TIMES } from "../testing/fuzz-times.ts";
import { CLIENT_CERTIFICATE } from "../testing/pair.ts";
import { FLIGHTS, ScriptedPeer, type Step } from "../testing/scripted-peer.ts";

const ROLES = ["client", "server"] as const;
const timeout = 20_000 * FUZZ_TIMES;

/** Whether a handshake with these messages in this order opens: all are there, and nothing but ChangeCipherSpec is between them. */
function opens(role: "client" | "server", sent: readonly Step[]): boolean {
  const expected = FLIGHTS[role].flat();
  let at = 0;
  for (const step of sent) {
    if (step === expected[at]) at += 1;
    else if (step !== "changeCipherSpec") break;
  }
  return at >= expected.length;
}

test.each(ROLES)("a %s opens a connection with the messages of a handshake in their order, and with no others", { timeout }, (role) => {
  const steps = FLIGHTS[role].flat();
  const edit = fc.record({
    kind: fc.constantFrom("drop", "repeat", "insert", "swap", "early"),
    at: fc.nat(steps.length - 1),
    step: fc.constantFrom(...FLIGHTS.client.flat(), ...FLIGHTS.server.flat()),
  });
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 3 }), (edits) => {
      const sent = [...steps];
      for (const { kind, at, step } of edits) {
        if (kind === "drop") sent.splice(at, 1);
        else if (kind === "repeat") sent.splice(at, 0, ...sent.slice(at, at + 1));
        else if (kind === "insert") sent.splice(at, 0, step);
        else if (kind === "early") sent.splice(at, 0, "changeCipherSpec");
        else sent.splice(at, 2, ...sent.slice(at, at + 2).toReversed());
      }
      const peer = new ScriptedPeer(role);
      peer.begin();
      for (const step of sent) {
        peer.send(step);
        peer.collect();
      }
      const expected = opens(role, sent);
      expect([sent, peer.side.opened]).toEqual([sent, expected ? 1 : 0]);
      seen.add(expected);
    }),
    { numRuns: 30 * FUZZ_TIMES, seed: 7366 },
  );
  expect(seen.size).toBe(2);
});

test("a certificate with any bytes, whose fingerprint was announced, does not throw, and opens only with its own key", { timeout }, () => {
  const change = fc.record({
    at: fc.nat(),
    value: fc.integer({ min: 0, max: 255 }),
    remove: fc.nat(3),
    insert: fc.uint8Array({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(CLIENT_CERTIFICATE, rsaCertificate()),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (original, changes) => {
        let bytes = Buffer.from(original.certificateDer);
        for (const { at, value, remove, insert } of changes) {
          const index = at % bytes.byteLength;
          bytes[index] = value;
          if (remove === 1) bytes = Buffer.concat([bytes.subarray(0, index), insert, bytes.subarray(index + 1)]);
        }
        const options = { remoteFingerprints: [{ algorithm: "sha-256", value: fingerprintOf(bytes, "sha-256") }] };
        const certificate = { certificateDer: bytes, privateKey: original.privateKey };
        const scheme = original === CLIENT_CERTIFICATE ? 0x0403 : 0x0401;
        const { side } = new ScriptedPeer("client", { certificate, options, scheme }).run();
        const [read, own] = [readPeerKey(bytes), readPeerKey(original.certificateDer)];
        const isOwn = typeof read !== "string" && typeof own !== "string" && read.key.equals(own.key);
        expect([side.opened, side.end?.reason]).toEqual(
          isOwn ? [1, undefined] : [0, typeof read === "string" ? "bad-certificate" : "bad-signature"],
        );
      },
    ),
    { numRuns: 25 * FUZZ_TIMES, seed: 8122 },
  );
});

describe.each(ROLES)("protected records of a %s", (role) => {
  const byte = fc.integer({ min: 0, max: 255 });
  const fragment = fc
    .record({
      type: fc.oneof(fc.constantFrom(0, 1, 11, 20), byte),
      length: fc.nat(40),
      sequence: fc.nat(12),
      offset: fc.nat(40),
      body: fc.uint8Array({ maxLength: 40 }),
    })
    .map(({ type, length, sequence, offset, body }) =>
      concat(u8(type), u24(length), u16(sequence), u24(offset), u24(body.byteLength), body),
    );
  const record = fc.record({
    // No alerts that end the connection, which is the peer's right.
    type: fc.oneof(
      fc.constantFrom(ContentType.HANDSHAKE, ContentType.APPLICATION_DATA, ContentType.CHANGE_CIPHER_SPEC),
      byte.filter((type) => type !== ContentType.ALERT),
    ),
    content: fc.oneof(
      fragment,
      fc.uint8Array({ maxLength: 60 }),
      fc.array(fragment, { maxLength: 4 }).map((parts) => concat(...parts)),
    ),
  });

  test("of any content do not throw: they end the handshake, and nothing but data reaches the user", { timeout }, () => {
    fc.assert(
      fc.property(fc.boolean(), fc.array(record, { minLength: 1, maxLength: 10 }), (isOpen, records) => {
        const peer = new ScriptedPeer(role);
        peer.begin();
        peer.sendFlight(0);
        for (const step of FLIGHTS[role][1]) if (isOpen || step !== "finished") peer.send(step);
        for (const { type, content } of records) peer.protected(type as ContentType, content);
        const data = records.filter(({ type }) => type === ContentType.APPLICATION_DATA).map(({ content }) => Buffer.from(content));
        expect(peer.side.opened).toBe(isOpen ? 1 : 0);
        expect(peer.side.received).toEqual(isOpen ? data : []);
        if (isOpen) expect(peer.side.connection.state).toBe("open");
        expect(peer.side.connection.stats.heldBytes).toBeLessThan(60_000);
        peer.collect();
        expect(peer.datagrams.length).toBeLessThan(20);
      }),
      { numRuns: 20 * FUZZ_TIMES, seed: 6347 },
    );
  });
});
