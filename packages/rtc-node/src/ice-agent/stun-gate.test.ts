import { expect, test } from "vitest";

import { checkFor, type CheckOptions } from "../testing/raw-peer.ts";
import { hex } from "../testing/stun-vectors.ts";
import { readStun } from "./stun-frame.ts";
import { StunGate, type Verdict } from "./stun-gate.ts";

const LOCAL = { ufrag: "ours", pwd: "a+password+of+22+chars+or+more" };

function judged(gate: StunGate, bytes: Buffer, awaited = false): Verdict {
  const frame = readStun(bytes);
  return frame === undefined ? "drop" : gate.judge(frame, bytes, awaited);
}

test.each<[string, CheckOptions, Verdict]>([
  ["signed with our password", {}, "check"],
  ["that nominates", { nominate: true }, "check"],
  ["from a controlled peer", { role: "ICE-CONTROLLED" }, "check"],
  ["signed with another password", { password: "another" }, "drop"],
  ["without a signature", { password: undefined }, "drop"],
  ["for another user", { ufrag: "other" }, "drop"],
  ["without FINGERPRINT", { fingerprint: false }, "drop"],
  ["without PRIORITY", { priority: -1 }, "drop"],
])("a check %s: %j is judged %s", (_name, options, verdict) => {
  expect(judged(new StunGate(LOCAL), checkFor(LOCAL, options))).toBe(verdict);
});

test("responses pass only if they are awaited, and errors only with a code", () => {
  const gate = new StunGate(LOCAL);
  const success = hex("010100002112a442b7e7a701bc34d686fa87dfae");
  const refusal = hex("011100082112a442b7e7a701bc34d686fa87dfae0009000400000401");
  const bareRefusal = hex("011100002112a442b7e7a701bc34d686fa87dfae");
  const indication = hex("001100002112a442b7e7a701bc34d686fa87dfae");
  expect([success, refusal, bareRefusal, indication].map((bytes) => judged(gate, bytes))).toEqual(["drop", "drop", "drop", "drop"]);
  expect([success, refusal, bareRefusal, indication].map((bytes) => judged(gate, bytes, true))).toEqual([
    "response",
    "response",
    "drop",
    "drop",
  ]);
});

test("a flood of checks is answered 200 times, then 50 times a second; strangers use up nothing of it", () => {
  let now = 0;
  const gate = new StunGate(LOCAL, () => now);
  const answered = (check: Buffer): number =>
    Array.from({ length: 500 }, () => judged(gate, check)).filter((verdict) => verdict === "check").length;
  const ours = checkFor(LOCAL);
  for (const strangers of [{ ufrag: "other" }, { password: "another" }, { password: undefined }]) {
    expect(answered(checkFor(LOCAL, strangers))).toBe(0);
  }
  expect(answered(ours)).toBe(200);
  now += 1000;
  expect(answered(ours)).toBe(50);
});

test("a peer that refuses all our checks is not listened to without end", () => {
  let now = 0;
  const gate = new StunGate(LOCAL, () => now);
  const refusal = hex("011100082112a442b7e7a701bc34d686fa87dfae0009000400000401");
  const heard = (): number =>
    Array.from({ length: 100 }, () => judged(gate, refusal, true)).filter((verdict) => verdict === "response").length;
  expect(heard()).toBe(16);
  now += 3000;
  expect(heard()).toBe(3);
});
