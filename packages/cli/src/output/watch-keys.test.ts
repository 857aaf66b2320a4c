import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import type { StopReason, StopSignals } from "../stop-signals.ts";
import { watchKeys } from "./watch-keys.ts";

interface FakeInput extends PassThrough {
  isTTY: boolean;
  modes: boolean[];
}

function fakeInput(isTTY = true): FakeInput {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, modes });
  return Object.assign(input, {
    setRawMode: (mode: boolean) => {
      modes.push(mode);
      return input;
    },
  });
}

async function watch(input: FakeInput, mayRead = true): Promise<{ keys: string[]; stops: StopReason[]; close: (() => void) | undefined }> {
  const keys: string[] = [];
  const stops: StopReason[] = [];
  const stop = { signal: new AbortController().signal, stop: (reason: StopReason) => void stops.push(reason) } as unknown as StopSignals;
  const stdin = input as unknown as NodeJS.ReadStream;
  const close = await watchKeys({ stdin, stop, onKey: (key) => keys.push(key), mayRead: () => Promise.resolve(mayRead) });
  return { keys, stops, close };
}

it("calls back for each key, stops for Ctrl-C as a signal would, and gives the terminal back", async () => {
  const input = fakeInput();
  const { keys, stops, close } = await watch(input);
  input.write("x1\u0003");
  await new Promise((resolve) => setImmediate(resolve));
  expect([keys, stops]).toEqual([["x", "1"], ["interrupted"]]);
  close?.();
  expect([input.modes, input.isPaused(), input.listenerCount("data")]).toEqual([[true, false], true, 0]);
});

it("leaves alone an input that is no terminal, and the terminal of a program in the background", async () => {
  const inputs = [fakeInput(false), fakeInput()];
  await watch(inputs[0] ?? fakeInput());
  await watch(inputs[1] ?? fakeInput(), false);
  expect(inputs.map(({ modes, readableFlowing }) => [modes, readableFlowing])).toEqual([
    [[], null],
    [[], null],
  ]);
});
