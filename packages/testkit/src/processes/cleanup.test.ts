import { expect, it, vi } from "vitest";
import { Cleanup } from "./cleanup.ts";

it("runs steps in reverse order, each once, even if one of them fails", async () => {
  const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const ended: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => ended.push("first"));
  const endSecond = cleanup.add(() => ended.push("second"));
  cleanup.add(() => Promise.reject(new Error("no")));
  cleanup.add(() => ended.push("last"));
  await endSecond();
  await endSecond();
  expect(ended).toEqual(["second"]);
  await cleanup.run();
  await cleanup.run();
  expect(ended).toEqual(["second", "last", "first"]);
  expect(said).toHaveBeenCalledOnce();
});

it("continues if a step takes too long", async () => {
  vi.useFakeTimers();
  const ended: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => ended.push("first"));
  cleanup.add(() => new Promise(() => undefined));
  const running = cleanup.run();
  await vi.advanceTimersByTimeAsync(60_000);
  await running;
  vi.useRealTimers();
  expect(ended).toEqual(["first"]);
});

it("runs a step at once if it is added after the clean-up", async () => {
  const ended: string[] = [];
  const cleanup = new Cleanup();
  await cleanup.run();
  cleanup.add(() => ended.push("late"));
  await cleanup.run();
  expect(ended).toEqual(["late"]);
});
