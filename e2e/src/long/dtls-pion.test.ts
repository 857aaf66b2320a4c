/* Many handshakes with pion through a path that loses a fifth of the datagrams, in both roles. */
import { describe, expect, test } from "vitest";
import { startWithPion } from "../lib/dtls-with-pion.ts";
import { goIsInstalled } from "../lib/pion.ts";

const HANDSHAKES = 25;
const LOSS = 0.2;
/** Longest that one may take, milliseconds: our limit for a handshake. */
const LIMIT_MS = 30_000;

describe.skipIf(!goIsInstalled)("DTLS with pion (skipped where go is not installed)", { timeout: 10 * 60_000 }, () => {
  test.each(["client", "server"] as const)("as a %s, all of many handshakes with a loss of a fifth open", async (role) => {
    const times: number[] = [];
    for (let count = 0; count < HANDSHAKES; count += 1) {
      const cleanUps: (() => void | Promise<void>)[] = [];
      const { ours } = await startWithPion(role, (task) => cleanUps.push(task), { loss: () => Math.random() < LOSS });
      const began = performance.now();
      await ours.opened;
      times.push(Math.round(performance.now() - began));
      for (const cleanUp of cleanUps) await cleanUp();
    }
    times.sort((one, other) => one - other);
    console.log(JSON.stringify({ role, medianMs: times[times.length >> 1], longestMs: times.at(-1) }));
    expect(times.at(-1)).toBeLessThan(LIMIT_MS);
  });
});
