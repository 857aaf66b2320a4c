import { expect, test } from "vitest";
import { decodeReConfig, type OutgoingReset, ReConfigResult } from "../wire/re-config.ts";
import { PeerResets } from "./peer-resets.ts";

/** A peer whose first number is the last before 0, and what was reset, and the answers. */
function create() {
  const reset: number[] = [];
  const asked: number[] = [];
  const state = { receivedUpTo: 100 };
  const peer = new PeerResets({
    peerInitialTsn: 0xffff_ffff,
    receivedUpTo: () => state.receivedUpTo,
    onPeerReset: (streamIds) => reset.push(...streamIds),
    onAsked: (streamIds) => asked.push(...streamIds),
  });
  const answers = (): (readonly [number, number])[] => {
    const all: (readonly [number, number])[] = [];
    for (let bytes = peer.answer; bytes !== undefined; bytes = peer.answer) {
      const [parameter] = decodeReConfig(bytes, 0, bytes.byteLength);
      if (typeof parameter === "object" && parameter.kind === "response") all.push([parameter.sequence, parameter.result]);
      peer.shiftAnswer();
    }
    return all;
  };
  const request = (sequence: number, lastTsn: number, ...streamIds: number[]): void =>
    peer.onRequest({ kind: "outgoing-reset", sequence: sequence >>> 0, responseSequence: 0, lastTsn, streamIds } satisfies OutgoingReset);
  return { peer, reset, asked, state, answers, request };
}

const { DONE, IN_PROGRESS, BAD_SEQUENCE, DENIED } = ReConfigResult;

test("a request is performed and answered, and answered again when it is repeated", () => {
  const { reset, answers, request } = create();
  for (let time = 0; time < 3; time += 1) request(-1, 100, 5);
  expect([reset, answers()]).toEqual([
    [5],
    [
      [0xffff_ffff, DONE],
      [0xffff_ffff, DONE],
      [0xffff_ffff, DONE],
    ],
  ]);
});

test("one that waits for chunks is in progress until they have arrived", () => {
  const { peer, reset, state, answers, request } = create();
  request(-1, 103, 5);
  request(-1, 103, 5);
  expect([reset, answers()]).toEqual([
    [],
    [
      [0xffff_ffff, IN_PROGRESS],
      [0xffff_ffff, IN_PROGRESS],
    ],
  ]);
  state.receivedUpTo = 102;
  peer.onProgress();
  expect(reset).toEqual([]);
  state.receivedUpTo = 104;
  peer.onProgress();
  expect([reset, answers()]).toEqual([[5], [[0xffff_ffff, DONE]]]);
});

test("several at once, as pion sends them, are performed in order, also if the first is lost and comes last", () => {
  const { reset, answers, request } = create();
  request(0, 100, 2);
  request(1, 100, 4);
  expect([reset, answers()]).toEqual([
    [],
    [
      [0, IN_PROGRESS],
      [1, IN_PROGRESS],
    ],
  ]);
  request(-1, 100, 0);
  expect([reset, answers()]).toEqual([
    [0, 2, 4],
    [
      [0xffff_ffff, DONE],
      [0, DONE],
      [1, DONE],
    ],
  ]);
  request(0, 100, 2);
  expect([reset.length, answers()]).toEqual([3, [[0, DONE]]]);
});

test("what is too far ahead, or too old, has a bad number; the others are denied or passed on", () => {
  const { peer, reset, asked, answers, request } = create();
  request(63, 100, 1);
  request(-2, 100, 1);
  peer.onRequest({ kind: "add-outgoing-streams", sequence: 0xffff_ffff, newStreams: 5 });
  peer.onRequest({ kind: "incoming-reset", sequence: 0, streamIds: [7] });
  expect([reset, asked, answers()]).toEqual([
    [],
    [7],
    [
      [63, BAD_SEQUENCE],
      [0xffff_fffe, BAD_SEQUENCE],
      [0xffff_ffff, DENIED],
      [0, DONE],
    ],
  ]);
});

test("a flood of requests is answered a bounded number of times", () => {
  const { reset, answers, request } = create();
  for (let index = 0; index < 1000; index += 1) request(-1 + (index % 200), 200, 1);
  expect(answers().length).toBeLessThanOrEqual(64);
  expect(reset).toEqual([]);
});
