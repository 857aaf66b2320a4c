import { expect, test } from "vitest";
import { selectedPath } from "./selected-path.ts";

const report = (...values: Record<string, unknown>[]): Map<string, Record<string, unknown>> =>
  new Map(values.map((value) => [String(value["id"]), value]));

const local = { id: "l", type: "local-candidate", candidateType: "host", protocol: "udp" };
const remote = { id: "r", type: "remote-candidate", candidateType: "prflx" };
const pair = {
  id: "p",
  type: "candidate-pair",
  state: "succeeded",
  localCandidateId: "l",
  remoteCandidateId: "r",
  currentRoundTripTime: 0.05,
};

test("the transport's pair gives the path", () => {
  const stats = report(local, remote, pair, { id: "t", type: "transport", selectedCandidatePairId: "p" });
  expect(selectedPath(stats)).toEqual({ kind: "direct", protocol: "udp", rttMs: 50 });
});

test("with a relay candidate on either side the path is relayed", () => {
  const nominated = { ...pair, nominated: true };
  expect(selectedPath(report({ ...local, candidateType: "relay" }, remote, nominated))?.kind).toBe("relayed");
  expect(selectedPath(report(local, { ...remote, candidateType: "relay" }, nominated))?.kind).toBe("relayed");
});

test("a peer-reflexive candidate counts as relayed if its address is one of the other side's relay candidates", () => {
  const named = { ...remote, address: "10.0.0.9", port: 4000 };
  const stats = report(local, named, { ...pair, remoteCandidateId: "r", nominated: true });
  expect(selectedPath(stats, new Set(["10.0.0.9:4001"]))?.kind).toBe("direct");
  expect(selectedPath(stats, new Set(["10.0.0.9:4000"]))?.kind).toBe("relayed");
});

test("before a pair is selected there is no path", () => {
  expect(selectedPath(report(local, remote, { ...pair, state: "in-progress" }))).toBeUndefined();
  expect(selectedPath(report())).toBeUndefined();
});
