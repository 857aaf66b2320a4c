import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { onAbort } from "./on-abort.ts";

test("all callbacks are called in order, each once, with one listener", () => {
  const controller = new AbortController();
  const called: string[] = [];
  onAbort(controller.signal, () => called.push("a"));
  const takeBack = onAbort(controller.signal, () => called.push("b"));
  onAbort(controller.signal, () => called.push("c"));
  takeBack();
  expect(getEventListeners(controller.signal, "abort")).toHaveLength(1);
  controller.abort();
  expect(called).toEqual(["a", "c"]);
});

test("removing the last callback removes the listener, also if a callback is removed twice", () => {
  const { signal } = new AbortController();
  const same = (): void => undefined;
  const first = onAbort(signal, same);
  const second = onAbort(signal, same);
  first();
  first();
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  second();
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  const third = onAbort(signal, same);
  first();
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  third();
});
