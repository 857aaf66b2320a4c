import { expect, test } from "vitest";
import { startJsonProcess, startJsonProcessAndWait } from "./json-process.ts";

const node = (script: string): [string, string[]] => [process.execPath, ["-e", script]];
const RUN_ON = "setInterval(() => {}, 1000);";

test("events are found whether they are past or to come, and other lines are kept", async () => {
  const running = startJsonProcess(...node(`console.log('{"event":"a","n":1}'); console.log("text"); ${RUN_ON}`));
  expect(await running.waitFor(({ event }) => event === "not-json")).toEqual({ event: "not-json", line: "text" });
  expect(await running.waitFor(({ event }) => event === "a")).toEqual({ event: "a", n: 1 });
  await running.stop();
});

test("waiting fails when the program ends; the message quotes what it printed", async () => {
  const running = startJsonProcess(...node(`console.log('{"event":"a"}'); console.error("broken"); process.exitCode = 3`));
  await expect(running.waitFor(({ event }) => event === "b")).rejects.toThrow(/ended with 3; it printed \[\{"event":"a"\}\], .*broken/u);
  expect(await running.exited).toBe(3);
});

test("waiting fails when the time is up", async () => {
  const running = startJsonProcess(...node(RUN_ON));
  await expect(running.waitFor(() => true, 50)).rejects.toThrow("no such event within 50 ms");
  await running.stop();
});

test("a program that does not exist fails as one that ended", async () => {
  await expect(startJsonProcessAndWait("/no/such/program", [])).rejects.toThrow("ENOENT");
});

test("stop ends a program and returns its exit code", async () => {
  const script = `process.on("SIGINT", () => process.exit(7)); console.log('{"event":"ready"}'); ${RUN_ON}`;
  const { running, first } = await startJsonProcessAndWait(...node(script));
  expect(first).toEqual({ event: "ready" });
  expect(await running.stop()).toBe(7);
});

test("standard input ends at once unless it is kept open", async () => {
  const script = `process.stdin.resume().once("end", () => console.log('{"event":"end"}')); setTimeout(() => console.log('{"event":"open"}'), 1000)`;
  const ended = await startJsonProcessAndWait(...node(script));
  const open = await startJsonProcessAndWait(...node(script), { keepStdinOpen: true });
  expect([ended.first.event, open.first.event]).toEqual(["end", "open"]);
  await Promise.all([ended.running.stop(), open.running.stop()]);
});
