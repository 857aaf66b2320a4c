import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { aborted, listenForStop } from "./stop-signals.ts";

function setUp(underNpm = false) {
  const emitter = new EventEmitter();
  const exits: number[] = [];
  const clock = { ms: 0 };
  const source = emitter as unknown as Pick<NodeJS.Process, "on" | "off">;
  const signals = listenForStop({ exit: (code) => exits.push(code), underNpm, process: source, now: () => clock.ms });
  return { emitter, exits, clock, signals };
}

describe("listenForStop", () => {
  it.each([
    ["SIGINT", "interrupted", 130],
    ["SIGTERM", "terminated", 143],
    ["SIGHUP", "hangup", 129],
  ])("asks for a clean end at the first %s", (name, reason, code) => {
    const { emitter, exits, signals } = setUp();
    emitter.emit(name);
    expect([signals.signal.aborted, signals.reason, signals.exitCode, exits]).toEqual([true, reason, code, []]);
  });

  it("exits at once at the second signal, however fast", () => {
    const { emitter, exits } = setUp();
    emitter.emit("SIGINT");
    emitter.emit("SIGINT");
    expect(exits).toEqual([130]);
  });

  it("counts a key press forwarded by npm once, and a later one as the second", () => {
    const { emitter, exits, clock } = setUp(true);
    emitter.emit("SIGINT");
    clock.ms = 50;
    emitter.emit("SIGINT");
    expect(exits).toEqual([]);
    clock.ms = 1000;
    emitter.emit("SIGINT");
    expect(exits).toEqual([130]);
  });

  it("removes its handlers", () => {
    const { emitter, signals } = setUp();
    signals.close();
    expect(emitter.eventNames()).toEqual([]);
  });
});

describe("aborted", () => {
  it("waits for the abort, and not after it", async () => {
    const controller = new AbortController();
    const waiting = aborted(controller.signal);
    controller.abort();
    await Promise.all([waiting, aborted(controller.signal)]);
  });
});
