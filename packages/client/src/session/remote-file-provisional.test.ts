import { UNKNOWN_SIZE } from "@rangecast/wire";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { openFileBench, readServed } from "../testing/file-bench.ts";
import { isPattern } from "@rangecast/testkit/files/pattern";
import type { AgentScript } from "../testing/scripted-agent.ts";
import { fixedWindow } from "../testing/fixed-window.ts";

const KIB = 1024;
const REAL_SIZE = 300 * KIB + 77;
const PIECE_BYTES = 64 * KIB;

const open = (script: AgentScript) =>
  openFileBench(
    { transcoding: true, realSize: REAL_SIZE, ...script },
    fixedWindow({ pieceBytes: PIECE_BYTES, outstandingBytes: 4 * PIECE_BYTES }),
  );

describe("C-17: a size that is provisional", () => {
  test.each([
    ["too small", { size: 100 * KIB }],
    ["0", { size: 0 }],
    ["too large", { size: 900 * KIB }],
    ["right", { size: REAL_SIZE }],
    ["unknown", { size: UNKNOWN_SIZE }],
    ["unknown to a host that doesn't say that it transcodes", { size: UNKNOWN_SIZE, transcoding: false }],
  ])("that is %s: the stream has all bytes up to the end that the host reports", async (_name, script) => {
    const { file, agent } = await open(script);
    expect(file.provisional).toBe(true);
    expect(isPattern(await readServed(file.stream(), agent), 0, REAL_SIZE)).toBe(true);
  });

  test.each([PIECE_BYTES / 2, PIECE_BYTES / 2 + PIECE_BYTES, PIECE_BYTES * 5 + PIECE_BYTES / 2, 0])(
    "ends at %d bytes, where a piece ends, too",
    async (realSize) => {
      const { file, agent } = await open({ size: 900 * KIB, realSize });
      expect(isPattern(await readServed(file.stream(), agent), 0, realSize)).toBe(true);
    },
  );

  test("may end with an empty last chunk", async () => {
    const { file, agent } = await open({ size: 900 * KIB, saysEnd: "flagged-empty" });
    expect(isPattern(await readServed(file.stream(), agent), 0, REAL_SIZE)).toBe(true);
  });

  test("a host that stops in the middle, without the flag, is an error, not an end", async () => {
    const { file, agent } = await open({ size: 900 * KIB, saysEnd: "short" });
    await expect(readServed(file.stream(), agent)).rejects.toMatchObject({ reason: "unreadable" });
  });

  test("a connection that is lost is an error, not an end", async () => {
    const { file, agent, channel } = await open({ size: 900 * KIB });
    const reader = file.stream().getReader();
    const first = reader.read();
    await vi.waitUntil(() => agent.requests > 0);
    for (let step = 0; step < 3; step += 1) agent.step();
    await first;
    channel.breakOff();
    const rest = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(rest()).rejects.toMatchObject({ reason: "closed" });
  });

  test("a range with an end is complete, or errors", async () => {
    const { file, agent } = await open({ size: 100 * KIB });
    const inside = { start: 200 * KIB, end: 300 * KIB };
    expect(isPattern(await readServed(file.stream(inside), agent), inside.start, inside.end)).toBe(true);
    await expect(readServed(file.stream({ start: 200 * KIB, end: 301 * KIB }), agent)).rejects.toMatchObject({ reason: "out-of-range" });
  });

  test("a range past the end errors", async () => {
    const { file, agent } = await open({ size: 900 * KIB });
    await expect(readServed(file.stream({ start: REAL_SIZE + 1 }), agent)).rejects.toMatchObject({ reason: "out-of-range" });
  });

  test("is not read into memory without a bound", async () => {
    const { file } = await open({ size: 900 * KIB });
    await expect(file.read({})).rejects.toMatchObject({ reason: "unsupported" });
  });

  test("whatever it is, and however large pieces and window are, every byte arrives once and in order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60_000),
        fc.nat(100_000),
        fc.integer({ min: 2, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom("flagged" as const, "flagged-empty" as const),
        async (realSize, size, pieceKib, pieces, saysEnd) => {
          const window = fixedWindow({ pieceBytes: pieceKib * KIB, outstandingBytes: pieces * pieceKib * KIB });
          const { file, agent } = await openFileBench({ transcoding: true, realSize, size, saysEnd }, window);
          expect(isPattern(await readServed(file.stream(), agent), 0, realSize)).toBe(true);
          await file.close();
        },
      ),
      { numRuns: 40 },
    );
  });
});
