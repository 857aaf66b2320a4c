import fc from "fast-check";
import { expect, test } from "vitest";
import { hexOf, type RecordedCall, recordPacket } from "../testing/recording-handler.ts";
import { writeU16 } from "./big-endian.ts";
import { ChunkType } from "./chunk-type.ts";
import { packetChecksum, writeChecksum } from "./packet-header.ts";
import { PacketWriter } from "./packet-writer.ts";

const SEED = 9260;
const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const value = fc.uint8Array({ maxLength: 60 });
const info = fc.uint8Array({ minLength: 4, maxLength: 60 });

/** A chunk as it is written, and the call that reading it has to make. */
interface Case {
  readonly write: (writer: PacketWriter) => void;
  readonly call: RecordedCall;
}

/** Payload somewhere in a larger array. */
const payload = fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 100 }), fc.nat(40), fc.nat(40)).map(([bytes, before, after]) => ({
  bytes,
  source: Uint8Array.from([...new Uint8Array(before).fill(1), ...bytes, ...new Uint8Array(after).fill(2)]),
  start: before,
  end: before + bytes.length,
}));
const data = fc
  .tuple(u8, u32, u16, u16, u32, payload)
  .map(([flags, tsn, streamId, sequence, protocolId, { bytes, source, start, end }]): Case => ({
    write: (writer) => writer.data(flags, tsn, streamId, sequence, protocolId, source, start, end),
    call: ["data", flags, tsn, streamId, sequence, protocolId, hexOf(bytes)],
  }));
const iData = fc
  .tuple(u8, u32, u16, u32, u32, payload)
  .map(([flags, tsn, streamId, messageId, protocolId, { bytes, source, start, end }]): Case => ({
    write: (writer) => writer.iData(flags, tsn, streamId, messageId, protocolId, source, start, end),
    call: ["i-data", flags, tsn, streamId, messageId, protocolId, hexOf(bytes)],
  }));
const sack = fc
  .tuple(u32, u32, fc.array(fc.tuple(u16, u16), { maxLength: 30 }), fc.array(u32, { maxLength: 20 }))
  .map(([cumulative, window, gaps, duplicates]): Case => ({
    write: (writer) =>
      writer.sack(cumulative, window, Uint16Array.from(gaps.flat()), gaps.length, Uint32Array.from(duplicates), duplicates.length),
    call: ["sack", cumulative, window, gaps, duplicates],
  }));
const forwardTsn = fc.tuple(u32, fc.array(fc.tuple(u16, u16), { maxLength: 20 })).map(([tsn, streams]): Case => ({
  write: (writer) =>
    writer.forwardTsn(
      tsn,
      streams.map(([streamId, streamSequence]) => ({ streamId, streamSequence })),
    ),
  call: ["forward tsn", tsn, streams],
}));
const iForwardTsn = fc.tuple(u32, fc.array(fc.tuple(u16, fc.boolean(), u32), { maxLength: 20 })).map(([tsn, skipped]): Case => ({
  write: (writer) =>
    writer.iForwardTsn(
      tsn,
      skipped.map(([streamId, unordered, messageId]) => ({ streamId, unordered, messageId })),
    ),
  call: ["i-forward tsn", tsn, skipped],
}));
const bundled: fc.Arbitrary<Case> = fc.oneof(
  data,
  iData,
  iForwardTsn,
  sack,
  forwardTsn,
  value.map((bytes): Case => ({ write: (writer) => writer.cookieEcho(bytes), call: ["cookie echo", hexOf(bytes)] })),
  fc.constant<Case>({ write: (writer) => writer.cookieAck(), call: ["cookie ack"] }),
  info.map((bytes): Case => ({ write: (writer) => writer.heartbeat(bytes), call: ["heartbeat", hexOf(bytes)] })),
  info.map((bytes): Case => ({ write: (writer) => writer.heartbeatAck(bytes), call: ["heartbeat ack", hexOf(bytes)] })),
  value.map((bytes): Case => ({ write: (writer) => writer.error(bytes), call: ["error", hexOf(bytes)] })),
  value.map((bytes): Case => ({ write: (writer) => writer.reConfig(bytes), call: ["re-config", hexOf(bytes)] })),
  u32.map((tsn): Case => ({ write: (writer) => writer.shutdown(tsn), call: ["shutdown", tsn] })),
  fc.constant<Case>({ write: (writer) => writer.shutdownAck(), call: ["shutdown ack"] }),
);
const fields = fc.record({ initiateTag: u32, windowBytes: u32, outboundStreams: u16, inboundStreams: u16, initialTsn: u32 });
const alone: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(fc.constantFrom(ChunkType.INIT, ChunkType.INIT_ACK), fields, value).map(([type, init, parameters]): Case => ({
    write: (writer) => writer.init(type, { ...init, parameters }),
    call: ["init", type, init, hexOf(parameters)],
  })),
  fc.boolean().map((reflected): Case => ({
    write: (writer) => writer.shutdownComplete(reflected),
    call: ["shutdown complete", reflected ? 1 : 0],
  })),
  fc.tuple(value, fc.boolean()).map(([causes, reflected]): Case => ({
    write: (writer) => writer.abort(causes, reflected),
    call: ["abort", reflected ? 1 : 0, hexOf(causes)],
  })),
);
const packets = fc.oneof(
  fc.array(bundled, { minLength: 1, maxLength: 6 }),
  alone.map((only) => [only]),
);

const writer = new PacketWriter(4096);

function write(cases: readonly Case[], zeroChecksum = false): Uint8Array<ArrayBuffer> {
  writer.begin(5000, 5001, 0x89abcdef);
  for (const { write: writeChunk } of cases) writeChunk(writer);
  return writer.finish(zeroChecksum).slice();
}

test("every written packet is read back", () => {
  fc.assert(
    fc.property(packets, fc.boolean(), (cases, zeroChecksum) => {
      const { calls, fault } = recordPacket(write(cases, zeroChecksum));
      expect(fault).toBeUndefined();
      expect(calls).toEqual([["packet", 5000, 5001, 0x89abcdef, zeroChecksum ? "zero" : "valid"], ...cases.map(({ call }) => call)]);
    }),
    { seed: SEED, numRuns: 600 },
  );
});

test("every packet that is cut gives the chunks before the cut, and a fault", () => {
  fc.assert(
    fc.property(fc.array(bundled, { minLength: 1, maxLength: 6 }), fc.nat(), (cases, seed) => {
      const whole = recordPacket(write(cases, true));
      const packet = write(cases, true);
      const cut = recordPacket(packet.subarray(0, seed % packet.length));
      expect(cut.calls).toEqual(whole.calls.slice(0, cut.calls.length));
      if (cut.fault === undefined) expect(cut.calls.length).toBeGreaterThan(1);
      else expect(cut.calls.length).toBeLessThan(whole.calls.length);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

/** The sizes of fixed fields, and any other. */
const content = fc.oneof(
  value,
  fc.constantFrom(0, 4, 12, 16).map((length) => new Uint8Array(length)),
);

/** Bytes that have the form of chunks, with types, flags and lengths that are near the truth. */
const nearlyChunks = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...Object.values(ChunkType)), u8), u8, fc.integer({ min: -5, max: 5 }), content), {
    maxLength: 8,
  })
  .map((chunks) => {
    const bytes = [...new Uint8Array(12)];
    for (const [type, flags, lie, bytesAfter] of chunks) {
      const length = Math.max(0, 4 + bytesAfter.length + (Math.abs(lie) < 4 ? 0 : lie));
      bytes.push(type, flags, length >> 8, length & 0xff, ...bytesAfter);
      while (bytes.length % 4 !== 0) bytes.push(0);
    }
    return Uint8Array.from(bytes);
  });

/** A packet as it was written, with a few bytes changed, and its checksum right again. */
const damaged = fc
  .tuple(packets, fc.array(fc.tuple(fc.nat(), u8), { minLength: 1, maxLength: 6 }), fc.option(fc.tuple(fc.nat(), u16)))
  .map(([cases, changes, length]) => {
    const bytes = write(cases);
    for (const [at, byte] of changes) bytes[12 + (at % (bytes.length - 12))] = byte;
    if (length !== null) writeU16(bytes, 12 + ((length[0] % (bytes.length - 12)) & ~3) + 2, length[1]);
    writeChecksum(bytes, packetChecksum(bytes));
    return bytes;
  });

test("any bytes give calls with ranges inside the packet or a fault, at most one call per four bytes, and stay as they were", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), nearlyChunks, damaged), (bytes) => {
      const before = bytes.slice();
      const { calls, fault } = recordPacket(bytes);
      expect(bytes.every((byte, at) => byte === before[at])).toBe(true);
      expect(calls.length).toBeLessThanOrEqual(Math.max(0, bytes.length / 4 - 2));
      for (const name of [fault ?? "no fault", ...calls.map((call) => call[0])]) seen.set(name, (seen.get(name) ?? 0) + 1);
    }),
    { seed: SEED, numRuns: 2000 },
  );
  // The packets reach every fault but "too-long", and every call.
  const faults = ["no fault", "too-short", "bad-chunk-length", "partial-chunk", "bad-chunk", "bad-bundling"];
  const names = [
    "data",
    "empty data",
    "sack",
    "init",
    "cookie echo",
    "heartbeat",
    "abort",
    "error",
    "shutdown",
    "forward tsn",
    "re-config",
  ];
  expect([...seen.keys()]).toEqual(expect.arrayContaining([...faults, ...names, "unknown", "shutdown complete"]));
});

test("the work for the largest packet is bounded: one call per four bytes", () => {
  const bytes = new Uint8Array(65_532);
  for (let at = 12; at < bytes.length; at += 4) bytes.set([ChunkType.COOKIE_ACK, 0, 0, 4], at);
  expect(recordPacket(bytes).calls.length).toBe(1 + (bytes.length - 12) / 4);
});
