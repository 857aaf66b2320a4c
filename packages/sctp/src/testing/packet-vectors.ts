/*
 * Packets with one chunk, written by hand from the diagrams of the RFCs. The header and the zero checksum are left out.
 */
import type { RecordedCall } from "./recording-handler.ts";
import { ChunkType } from "../wire/chunk-type.ts";
import type { PacketWriter } from "../wire/packet-writer.ts";
import { bytesOf } from "./recording-handler.ts";

export interface ChunkVector {
  readonly name: string;
  readonly hex: string;
  readonly write: (writer: PacketWriter) => void;
  /** Undefined if a reader calls nothing. */
  readonly call: RecordedCall | undefined;
  /** The shortest length that a reader takes, bytes, with the header. */
  readonly leastBytes: number;
}

const INIT = { initiateTag: 0x11223344, windowBytes: 0x00100000, outboundStreams: 1024, inboundStreams: 2048, initialTsn: 0xfffffffe };

export const CHUNK_VECTORS: readonly ChunkVector[] = [
  {
    name: "DATA with 5 bytes",
    hex: "0003 0015  fffffffd  0007 0102  00000035  68656c6c 6f 000000",
    write: (writer) => writer.data(3, 0xfffffffd, 7, 0x0102, 53, bytesOf("ff 68656c6c6f ff"), 1, 6),
    call: ["data", 3, 0xfffffffd, 7, 0x0102, 53, "68656c6c6f"],
    leastBytes: 16,
  },
  {
    name: "DATA with a whole source of 4 bytes",
    hex: "000b 0014  00000001  ffff ffff  00000033  01020304",
    write: (writer) => writer.data(11, 1, 0xffff, 0xffff, 51, bytesOf("01020304"), 0, 4),
    call: ["data", 11, 1, 0xffff, 0xffff, 51, "01020304"],
    leastBytes: 16,
  },
  {
    name: "INIT without parameters",
    hex: "0100 0014  11223344  00100000  0400 0800  fffffffe",
    write: (writer) => writer.init(ChunkType.INIT, { ...INIT, parameters: new Uint8Array(0) }),
    call: ["init", ChunkType.INIT, INIT, ""],
    leastBytes: 20,
  },
  {
    name: "INIT_ACK with a cookie of 3 bytes",
    hex: "0200 001b  11223344  00100000  0400 0800  fffffffe  0007 0007 aabbcc 00",
    write: (writer) => writer.init(ChunkType.INIT_ACK, { ...INIT, parameters: bytesOf("0007 0007 aabbcc") }),
    call: ["init", ChunkType.INIT_ACK, INIT, "00070007aabbcc"],
    leastBytes: 20,
  },
  {
    name: "SACK with two gap blocks and a duplicate",
    hex: "0300 001c  80000000  00001000  0002 0001  0002 0003  0005 ffff  7fffffff",
    write: (writer) => writer.sack(0x80000000, 4096, Uint16Array.of(2, 3, 5, 0xffff, 9, 9), 2, Uint32Array.of(0x7fffffff, 9), 1),
    call: [
      "sack",
      0x80000000,
      4096,
      [
        [2, 3],
        [5, 0xffff],
      ],
      [0x7fffffff],
    ],
    leastBytes: 28,
  },
  {
    name: "SACK without anything",
    hex: "0300 0010  00000000  00000000  0000 0000",
    write: (writer) => writer.sack(0, 0, new Uint16Array(0), 0, new Uint32Array(0), 0),
    call: ["sack", 0, 0, [], []],
    leastBytes: 16,
  },
  {
    name: "HEARTBEAT",
    hex: "0400 000a  0001 0006 abcd 0000",
    write: (writer) => writer.heartbeat(bytesOf("0001 0006 abcd")),
    call: ["heartbeat", "00010006abcd"],
    leastBytes: 8,
  },
  {
    name: "HEARTBEAT_ACK",
    hex: "0500 000a  0001 0006 abcd 0000",
    write: (writer) => writer.heartbeatAck(bytesOf("0001 0006 abcd")),
    call: ["heartbeat ack", "00010006abcd"],
    leastBytes: 8,
  },
  {
    name: "ABORT with a cause",
    hex: "0600 000a  000c 0006 6869 0000",
    write: (writer) => writer.abort(bytesOf("000c 0006 6869"), false),
    call: ["abort", 0, "000c00066869"],
    leastBytes: 4,
  },
  {
    name: "ABORT with the tag reflected",
    hex: "0601 0004",
    write: (writer) => writer.abort(new Uint8Array(0), true),
    call: ["abort", 1, ""],
    leastBytes: 4,
  },
  {
    name: "SHUTDOWN",
    hex: "0700 0008  deadbeef",
    write: (writer) => writer.shutdown(0xdeadbeef),
    call: ["shutdown", 0xdeadbeef],
    leastBytes: 8,
  },
  { name: "SHUTDOWN_ACK", hex: "0800 0004", write: (writer) => writer.shutdownAck(), call: ["shutdown ack"], leastBytes: 4 },
  {
    name: "ERROR",
    hex: "0900 000c  0001 0008 0007 0000",
    write: (writer) => writer.error(bytesOf("0001 0008 0007 0000")),
    call: ["error", "0001000800070000"],
    leastBytes: 4,
  },
  {
    name: "COOKIE_ECHO",
    hex: "0a00 0007  aabbcc 00",
    write: (writer) => writer.cookieEcho(bytesOf("aabbcc")),
    call: ["cookie echo", "aabbcc"],
    leastBytes: 4,
  },
  { name: "COOKIE_ACK", hex: "0b00 0004", write: (writer) => writer.cookieAck(), call: ["cookie ack"], leastBytes: 4 },
  {
    name: "SHUTDOWN_COMPLETE",
    hex: "0e00 0004",
    write: (writer) => writer.shutdownComplete(false),
    call: ["shutdown complete", 0],
    leastBytes: 4,
  },
  {
    name: "SHUTDOWN_COMPLETE with the tag reflected",
    hex: "0e01 0004",
    write: (writer) => writer.shutdownComplete(true),
    call: ["shutdown complete", 1],
    leastBytes: 4,
  },
  {
    name: "FORWARD_TSN",
    hex: "c000 0010  00000100  0001 0002  0003 ffff",
    write: (writer) =>
      writer.forwardTsn(0x100, [
        { streamId: 1, streamSequence: 2 },
        { streamId: 3, streamSequence: 0xffff },
      ]),
    call: [
      "forward tsn",
      0x100,
      [
        [1, 2],
        [3, 0xffff],
      ],
    ],
    leastBytes: 8,
  },
  {
    name: "I_DATA with the first of several fragments",
    hex: "4002 0019  fffffffd  0007 0000  80000102  00000035  68656c6c 6f 000000",
    write: (writer) => writer.iData(2, 0xfffffffd, 7, 0x80000102, 53, bytesOf("ff 68656c6c6f ff"), 1, 6),
    call: ["i-data", 2, 0xfffffffd, 7, 0x80000102, 53, "68656c6c6f"],
    leastBytes: 20,
  },
  {
    name: "I_DATA with the last one",
    hex: "4005 0018  00000001  ffff 0000  00000000  00000009  01020304",
    write: (writer) => writer.iData(5, 1, 0xffff, 0, 9, bytesOf("01020304"), 0, 4),
    call: ["i-data", 5, 1, 0xffff, 0, 9, "01020304"],
    leastBytes: 20,
  },
  {
    name: "I_FORWARD_TSN",
    hex: "c200 0018  00000100  0001 0000  80000002  0001 0001  ffffffff",
    write: (writer) =>
      writer.iForwardTsn(0x100, [
        { streamId: 1, unordered: false, messageId: 0x80000002 },
        { streamId: 1, unordered: true, messageId: 0xffffffff },
      ]),
    call: [
      "i-forward tsn",
      0x100,
      [
        [1, false, 0x80000002],
        [1, true, 0xffffffff],
      ],
    ],
    leastBytes: 8,
  },
  {
    name: "RE_CONFIG",
    hex: "8200 0010  0010 000c 00000005 00000001",
    write: (writer) => writer.reConfig(bytesOf("0010 000c 00000005 00000001")),
    call: ["re-config", "0010000c0000000500000001"],
    leastBytes: 4,
  },
  { name: "PAD", hex: "8400 000a  000000000000 0000", write: (writer) => writer.pad(10), call: undefined, leastBytes: 4 },
];
