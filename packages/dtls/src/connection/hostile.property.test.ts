/* Datagrams of any content in any state: no exception, bounded memory, and never an open connection that isn't authenticated. Seeds are kept. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, u16, u24, u8 } from "../bytes/byte-parts.ts";
import { FUZZ_TIMES } from "../testing/fuzz-times.ts";
import { mulberry32 } from "../testing/mulberry32.ts";
import { Pair } from "../testing/pair.ts";
import { FLIGHTS, ScriptedPeer } from "../testing/scripted-peer.ts";

/** Of a handshake's messages, reassembly and early data together, bytes: their caps, and two flights. */
const MAX_HELD_BYTES = 160_000;

const timeout = 20_000 * FUZZ_TIMES;

const byte = fc.integer({ min: 0, max: 255 });
const someBytes = fc.uint8Array({ maxLength: 80 });

/** A fragment whose fields may lie. */
const fragment = fc
  .record({
    type: fc.oneof(fc.constantFrom(0, 1, 2, 3, 11, 12, 13, 14, 15, 16, 20), byte),
    messageLength: fc.oneof(fc.nat(100), fc.nat(0xff_ffff)),
    sequence: fc.oneof(fc.nat(8), fc.nat(0xffff)),
    offset: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(0xff_ffff)),
    lie: fc.oneof(fc.constant(0), fc.nat(100)),
    body: someBytes,
  })
  .map(({ type, messageLength, sequence, offset, lie, body }) =>
    concat(u8(type), u24(lie === 0 ? body.byteLength : messageLength), u16(sequence), u24(offset), u24(body.byteLength + lie), body),
  );
const record = fc
  .record({
    type: fc.oneof(fc.constantFrom(20, 21, 22, 22, 22, 23), byte),
    version: fc.oneof(fc.constantFrom(0xfefd, 0xfeff), fc.nat(0xffff)),
    epoch: fc.oneof(fc.constantFrom(0, 0, 0, 1), fc.nat(0xffff)),
    sequence: fc.uint8Array({ minLength: 6, maxLength: 6 }),
    content: fc.oneof(fragment, someBytes),
    lie: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(100)),
  })
  .map(({ type, version, epoch, sequence, content, lie }) =>
    concat(u8(type), u16(version), u16(epoch), sequence, u16(content.byteLength + lie), content),
  );
const anyDatagram = fc.oneof(
  fc.array(record, { minLength: 1, maxLength: 4 }).map((records) => concat(...records)),
  someBytes,
);

describe.each(["client", "server"] as const)("made-up datagrams from a %s", (role) => {
  const steps = FLIGHTS[role].flat();

  test("in any state do not throw, and leave a connection that works or has ended with a reason", { timeout }, () => {
    fc.assert(
      fc.property(fc.nat(steps.length), fc.array(anyDatagram, { minLength: 1, maxLength: 12 }), (done, datagrams) => {
        const peer = new ScriptedPeer(role);
        peer.begin();
        for (const step of steps.slice(0, done)) {
          peer.send(step);
          if (step === FLIGHTS[role][0].at(-1)) peer.collect();
        }
        const { opened } = peer.side;
        for (const bytes of datagrams) {
          peer.deliver(bytes);
          expect(peer.side.connection.stats.heldBytes).toBeLessThan(MAX_HELD_BYTES);
        }
        expect(peer.side.opened).toBe(opened);
        expect(peer.side.received).toEqual([]);
        if (peer.side.connection.state === "ended") expect(peer.side.end?.reason).toBeDefined();
        if (done === steps.length) expect(peer.side.connection.state).toBe("open");
        while (peer.side.connection.poll(peer.nowMs) !== undefined);
      }),
      { numRuns: 50 * FUZZ_TIMES, seed: 5246 },
    );
  });
});

test.each(["client", "server"] as const)("a %s whose messages are changed at random does not open a connection", { timeout }, (role) => {
  const messages = FLIGHTS[role].flat().filter((step) => step !== "changeCipherSpec");
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.constantFrom(...messages), flips, fc.option(fc.nat(), { freq: 3 }), (step, changes, cut) => {
      let isChanged = false;
      const change = (body: Uint8Array): Uint8Array => {
        const bytes = Uint8Array.from(body);
        for (const [at, mask] of changes) if (bytes.byteLength > 0) bytes[at % bytes.byteLength]! ^= mask;
        const result = cut === null ? bytes : bytes.subarray(0, cut % (bytes.byteLength + 1));
        isChanged = Buffer.compare(result, body) !== 0;
        return result;
      };
      const peer = new ScriptedPeer(role, { change: { [step]: change } }).run();
      // A hello of which both sides have seen the same is a hello like any other.
      if (!isChanged || step.endsWith("Hello") || step === "certificateRequest") return;
      expect([step, peer.side.opened]).toEqual([step, 0]);
    }),
    { numRuns: 60 * FUZZ_TIMES, seed: 8827 },
  );
});

describe("a path that changes what it carries", () => {
  test("makes a handshake fail with a reason or open late, but never makes two sides disagree", { timeout }, () => {
    let opened = 0;
    for (let seed = 1; seed <= 25 * FUZZ_TIMES; seed += 1) {
      const random = mulberry32(seed);
      const older: Uint8Array[] = [];
      const pair = new Pair({
        onDatagram: (_from, bytes) => {
          older.push(Uint8Array.from(bytes));
          return random() < 0.3 ? [mutated(bytes, older, random)] : true;
        },
      });
      pair.start();
      pair.run(32_000);
      for (const { connection, end } of [pair.client, pair.server]) {
        if (connection.state === "ended") expect(end?.reason).toBeDefined();
        expect(connection.stats.heldBytes).toBeLessThan(MAX_HELD_BYTES);
      }
      // A client opens only after the server has: both have the same transcript.
      expect(pair.client.opened).toBeLessThanOrEqual(pair.server.opened);
      opened += pair.client.opened;
    }
    expect(opened).toBeGreaterThan(10 * FUZZ_TIMES);
    expect(opened).toBeLessThan(25 * FUZZ_TIMES);
  });

  test("can't change data of an open connection", { timeout }, () => {
    for (let seed = 1; seed <= 3 * FUZZ_TIMES; seed += 1) {
      const random = mulberry32(seed);
      const older: Uint8Array[] = [];
      let changes = false;
      const pair = new Pair({
        onDatagram: (_from, bytes) => {
          older.push(Uint8Array.from(bytes));
          return changes && random() < 0.5 ? [mutated(bytes, older, random)] : true;
        },
      }).open();
      changes = true;
      for (let count = 0; count < 40; count += 1) {
        pair.send("client", Uint8Array.of(count, count, count));
        pair.run(pair.nowMs + 20);
      }
      const counts = pair.server.received.map(([count]) => count);
      expect(new Set(counts).size).toBe(counts.length);
      for (const bytes of pair.server.received) expect(bytes).toEqual(Buffer.alloc(3, bytes[0]));
      expect(pair.server.connection.state).toBe("open");
    }
  });
});

/** Changes a byte, cuts, repeats, appends, or replaces by an older datagram of either side. */
function mutated(datagram: Uint8Array, older: readonly Uint8Array[], random: () => number): Uint8Array {
  const changed = Uint8Array.from(datagram);
  const other = older[Math.floor(random() * older.length)] ?? changed;
  switch (Math.floor(random() * 5)) {
    case 0:
      changed[Math.floor(random() * changed.byteLength)] = Math.floor(random() * 256);
      return changed;
    case 1:
      return changed.subarray(0, Math.floor(random() * changed.byteLength));
    case 2:
      return concat(changed, changed);
    case 3:
      return concat(changed, other);
    default:
      return other;
  }
}
