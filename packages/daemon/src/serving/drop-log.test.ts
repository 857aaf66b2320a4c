import { expect, test } from "vitest";
import { DropLog } from "./drop-log.ts";
import { memoryLogger } from "../testing/memory-logger.ts";

test("a flood is one log line at once, then one every 10 s, and no count is lost", () => {
  const logger = memoryLogger();
  let nowMs = 0;
  const drops = new DropLog<"too-short" | "bad-size">(logger, "dropped", { now: () => nowMs });
  for (let count = 0; count < 100_000; count += 1) {
    nowMs += 0.25;
    drops.count(count % 4 === 0 ? "bad-size" : "too-short");
  }
  drops.flush();
  drops.flush();
  expect(logger.lines).toHaveLength(4);
  expect(logger.lines[0]).toEqual({ level: "warn", message: "dropped", fields: { reasons: { "bad-size": 1 }, total: 1 } });
  const counts = logger.lines.map((line) => Object.values((line.fields?.["reasons"] ?? {}) as Record<string, number>));
  expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(100_000);
  expect(drops.total).toBe(100_000);
});
