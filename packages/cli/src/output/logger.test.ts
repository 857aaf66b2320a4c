import { describe, expect, it } from "vitest";
import { createLogger, type LogVolume } from "./logger.ts";

function logged(volume: LogVolume, write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  write(createLogger({ warn: (text) => lines.push(text) }, volume, () => new Date("2026-01-02T03:04:05.678Z")));
  return lines;
}

describe("createLogger", () => {
  it.each<[LogVolume, string[]]>([
    ["verbose", ["03:04:05.678 debug: a", "03:04:05.678 info: b", "03:04:05.678 warn: c", "03:04:05.678 error: d"]],
    ["normal", ["warn: c", "error: d"]],
    ["quiet", ["error: d"]],
  ])("logs at volume %s only what was requested", (volume, lines) => {
    const write = (logger: ReturnType<typeof createLogger>): void => {
      logger.debug("a");
      logger.info("b");
      logger.warn("c");
      logger.error("d");
    };
    expect(logged(volume, write)).toEqual(lines);
  });

  it("appends the fields, and omits undefined ones", () => {
    const fields = { sessionId: "abc", bytes: 5, why: "two words", size: 7n, none: undefined };
    expect(logged("normal", (logger) => logger.warn("message", fields))).toEqual([
      'warn: message sessionId=abc bytes=5 why="two words" size=7',
    ]);
  });

  it("prints an error's message and causes, without a stack", () => {
    const error = new Error("outer", { cause: new Error("inner") });
    expect(logged("verbose", (logger) => logger.error("failed", { error }))[0]).toMatch(/error: failed error=outer \(inner\)$/);
    expect(logged("normal", (logger) => logger.error("failed", { error }))).toEqual(["error: failed error=outer"]);
  });

  it("removes control characters and line breaks", () => {
    const [line] = logged("normal", (logger) => logger.warn("bad frame", { name: "a\u001B[2J\nerror: fake" }));
    expect(line).toBe('warn: bad frame name="a\\u001b[2J\\nerror: fake"');
  });
});
