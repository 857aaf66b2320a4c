/*
 * Twenty thousand handshakes in a process that collects garbage as often as it can. With `export({ format: "jwk" })` of a generated key, Node blocks
 * forever after some thousand of them: see createX25519Share() in packages/dtls.
 */
import { fileURLToPath } from "node:url";
import { startJsonProcess } from "@rangecast/testkit/processes/json-process";
import { expect, onTestFinished, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../programs/dtls-handshakes.mjs", import.meta.url));
const HANDSHAKES = 20_000;
/** The smallest young generation, so that it is collected every few handshakes. */
const COLLECT_OFTEN = ["--expose-gc", "--max-semi-space-size=1", "--semi-space-growth-factor=1"];
/** Longest that a tenth may take, milliseconds: it takes about 5 s on a machine with one slow core. */
const LIMIT_MS = 120_000;
/** What JavaScript may hold more at the end than after a tenth, bytes. */
const MAX_GROWTH_BYTES = 2 * 1024 * 1024;

test("twenty thousand DTLS handshakes in one process do not block, and leave nothing behind", { timeout: 10 * LIMIT_MS }, async () => {
  const running = startJsonProcess(process.execPath, [...COLLECT_OFTEN, PROGRAM, String(HANDSHAKES)]);
  onTestFinished(async () => {
    running.child.kill("SIGKILL");
    await running.exited;
  });
  const held: number[] = [];
  for (let tenth = 1; tenth <= 10; tenth += 1) {
    const { held: bytes } = await running.waitFor(({ count }) => count === (HANDSHAKES * tenth) / 10, LIMIT_MS);
    held.push(Number(bytes));
  }
  expect(await running.exited).toBe(0);
  console.log(JSON.stringify({ heldMiB: held.map((bytes) => Math.round(bytes / 2 ** 17) / 8) }));
  expect(held.at(-1)! - held[0]!).toBeLessThan(MAX_GROWTH_BYTES);
});
