import { expect, it } from "vitest";
import { portsNamedBy, rewriteSignal } from "./rewrite-signal.ts";

const HOST = "candidate:1 1 udp 1 127.0.0.1 4000 typ host";
const LINKED = "candidate:1 1 udp 1 127.0.0.1 5000 typ host";
const V6 = "candidate:2 1 udp 1 ::1 4001 typ host";
const sdpOf = (...candidates: string[]): string =>
  ["v=0", ...candidates.map((line) => `a=${line}`), "a=end-of-candidates", ""].join("\r\n");

/** A link that maps port 4000 to 5000, and carries nothing else. */
const link = {
  rewrite: (candidate: string) => Promise.resolve(candidate === HOST ? LINKED : undefined),
  rewriteSdp: (sdp: string) => Promise.resolve(sdp.replace(`a=${HOST}`, `a=${LINKED}`).replace(`a=${V6}\r\n`, "")),
};

const json = (value: object): string => JSON.stringify(value);

it("withholds all addresses of the browser", async () => {
  const offer = { from: "browser", type: "offer", payload: json({ type: "offer", sdp: sdpOf(HOST, V6), viewer: "kept" }) };
  expect(await rewriteSignal(offer, link)).toEqual({ ...offer, payload: json({ type: "offer", sdp: "v=0\r\n", viewer: "kept" }) });
  expect(await rewriteSignal({ from: "browser", type: "candidate", payload: json({ candidate: HOST }) }, link)).toBeUndefined();
});

it("replaces the agent's addresses with the link's", async () => {
  const answer = { from: "agent", type: "answer", payload: json({ type: "answer", sdp: sdpOf(HOST, V6) }) };
  expect(await rewriteSignal(answer, link)).toEqual({ ...answer, payload: json({ type: "answer", sdp: sdpOf(LINKED) }) });
  const candidate = { from: "agent", type: "candidate", payload: json({ candidate: HOST, sdpMid: "0" }) };
  expect(await rewriteSignal(candidate, link)).toEqual({ ...candidate, payload: json({ candidate: LINKED, sdpMid: "0" }) });
});

it("withholds an address of the agent that the link doesn't carry", async () => {
  expect(await rewriteSignal({ from: "agent", type: "candidate", payload: json({ candidate: V6 }) }, link)).toBeUndefined();
});

it.each([
  ["an agent's empty candidate", { from: "agent", type: "candidate", payload: '{"candidate":""}' }],
  ["an end of candidates", { from: "browser", type: "candidate-end", payload: "" }],
  ["a bye", { from: "browser", type: "bye", payload: "closed" }],
])("passes %s unchanged", async (_, message) => {
  expect(await rewriteSignal(message, link)).toEqual(message);
});

it.each([
  ["an offer", { from: "browser", type: "offer", payload: json({ type: "offer", sdp: sdpOf(HOST, V6) }) }, [4000]],
  ["a candidate", { from: "agent", type: "candidate", payload: json({ candidate: HOST }) }, [4000]],
  ["a candidate without IPv4", { from: "agent", type: "candidate", payload: json({ candidate: V6 }) }, []],
  ["a bye", { from: "browser", type: "bye", payload: "" }, []],
])("finds the ports in %s", (_, message, ports) => {
  expect(portsNamedBy(message)).toEqual(ports);
});
