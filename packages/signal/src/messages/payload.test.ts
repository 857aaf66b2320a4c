import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAnswer, formatCandidate, formatOffer, ICE_RESTART_FEATURE, parseAnswer, parseCandidate, parseOffer } from "./payload.ts";
import { createRandomId } from "../encoding/random.ts";

const viewer = createRandomId();

test("offers and answers are the JSON of a session description, and survive encoding", () => {
  expect(JSON.parse(formatOffer({ sdp: "v=0" }))).toEqual({ type: "offer", sdp: "v=0" });
  expect(JSON.parse(formatAnswer({ sdp: "v=0" }))).toEqual({ type: "answer", sdp: "v=0" });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (sdp, withViewer) => {
      const offer = withViewer ? { sdp, viewer } : { sdp };
      expect(parseOffer(formatOffer(offer))).toEqual({ type: "offer", ...offer });
      expect(parseAnswer(formatAnswer({ sdp }))).toEqual({ type: "answer", sdp });
    }),
  );
});

test("unknown fields are ignored, and so is an invalid viewer", () => {
  expect(parseOffer(JSON.stringify({ type: "offer", sdp: "x", more: 1, viewer: "short" }))).toEqual({ type: "offer", sdp: "x" });
  expect(parseOffer(JSON.stringify({ type: "offer", sdp: "x", viewer: 5 }))).toEqual({ type: "offer", sdp: "x" });
  expect(parseAnswer(JSON.stringify({ type: "answer", sdp: "x", more: 1 }))).toEqual({ type: "answer", sdp: "x" });
});

test("X-11: an offer names features, unknown ones too; what is not a list of a few names is ignored", () => {
  const features = [ICE_RESTART_FEATURE, "unknown"];
  expect(parseOffer(formatOffer({ sdp: "x", features }))).toEqual({ type: "offer", sdp: "x", features });
  expect(formatOffer({ sdp: "x" })).toBe('{"type":"offer","sdp":"x"}');
  for (const wrong of ["ice-restart", [1], ["x".repeat(65)], Array(33).fill("x"), null]) {
    expect(parseOffer(JSON.stringify({ type: "offer", sdp: "x", features: wrong }))).toEqual({ type: "offer", sdp: "x" });
  }
});

describe("A-1: a payload that can't be decoded is reported by its type", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "{type}"],
    ["null", "null"],
    ["a list", "[]"],
    ["no sdp", '{"type":"%"}'],
    ["an sdp that is not a string", '{"type":"%","sdp":{}}'],
    ["another type", '{"type":"rollback","sdp":"x"}'],
    ["no type", '{"sdp":"x"}'],
    ["an sdp with half a character", '{"type":"%","sdp":"\\ud800"}'],
  ])("%s", (_name, payload) => {
    expect(() => parseOffer(payload.replace("%", "offer"))).toThrow(expect.objectContaining({ name: "PayloadError", reason: "bad-offer" }));
    expect(() => parseAnswer(payload.replace("%", "answer"))).toThrow(
      expect.objectContaining({ name: "PayloadError", reason: "bad-answer" }),
    );
  });

  test("an answer is not an offer, nor the other way round", () => {
    expect(() => parseOffer(formatAnswer({ sdp: "x" }))).toThrow("offer");
    expect(() => parseAnswer(formatOffer({ sdp: "x" }))).toThrow("answer");
  });
});

test.each([
  ["all its fields", { candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "abcd" }],
  ["nulls", { candidate: "candidate:1", sdpMid: null, sdpMLineIndex: null, usernameFragment: null }],
  ["the end of candidates", { candidate: "" }],
  ["nothing", {}],
])("a candidate with %s survives encoding", (_name, candidate) => {
  expect(parseCandidate(formatCandidate(candidate))).toEqual(candidate);
});

test("an RTCIceCandidate's own JSON, which has more fields, is accepted", () => {
  expect(parseCandidate('{"candidate":"candidate:1","foundation":"1"}')).toEqual({ candidate: "candidate:1" });
});

test.each([
  ["nothing", ""],
  ["a text", '"candidate:1"'],
  ["null", "null"],
  ["a candidate that is not a string", '{"candidate":1}'],
  ["a huge candidate", JSON.stringify({ candidate: "x".repeat(3000) })],
  ["an invalid line index", '{"candidate":"x","sdpMLineIndex":-1}'],
  ["a line index past 16 bits", '{"candidate":"x","sdpMLineIndex":65536}'],
  ["half a line", '{"candidate":"x","sdpMLineIndex":0.5}'],
  ["a mid that is not a string", '{"candidate":"x","sdpMid":0}'],
])("A-2: a candidate that is %s is refused", (_name, payload) => {
  expect(() => parseCandidate(payload)).toThrow(expect.objectContaining({ name: "PayloadError", reason: "bad-candidate" }));
});
