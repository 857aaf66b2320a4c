import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection } from "../state/connection.ts";
import { INITIAL_STATE } from "../state/page-state.ts";
import { createRelayWatch } from "./relay-watch.ts";

const MINUTE_MS = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SLOW: Connection = { phase: "connecting", slow: true };

function startWatch() {
  const probe = vi.fn(async () => "held-back" as const);
  const verdicts: string[] = [];
  const update = createRelayWatch({ probe, onVerdict: (verdict) => verdicts.push(verdict) });
  return { probe, verdicts, update: (connection: Connection) => update({ ...INITIAL_STATE, connection }) };
}

test("the relay is probed once when connecting takes long, and again a minute later", async () => {
  const { probe, verdicts, update } = startWatch();
  update({ phase: "connecting", slow: false });
  update({ phase: "connected" });
  update({ phase: "waiting", reason: "host-offline" });
  expect(probe).not.toHaveBeenCalled();
  update(SLOW);
  update({ phase: "waiting", reason: "no-connection" });
  await vi.advanceTimersByTimeAsync(0);
  expect(probe).toHaveBeenCalledOnce();
  expect(verdicts).toEqual(["held-back"]);
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  update(SLOW);
  expect(probe).toHaveBeenCalledTimes(2);
});

test("a probe that never ends is aborted", async () => {
  const verdicts: string[] = [];
  const update = createRelayWatch({
    probe: (signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    onVerdict: (verdict) => verdicts.push(verdict),
  });
  update({ ...INITIAL_STATE, connection: SLOW });
  await vi.advanceTimersByTimeAsync(MINUTE_MS);
  expect(verdicts).toEqual(["unknown"]);
});
