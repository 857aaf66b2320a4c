import { expect, test } from "vitest";
import { keyAction, nextSpeed } from "./keys.ts";
import { SPEEDS } from "./speed-menu.ts";

const press = (key: string, held: object = {}) => keyAction({ key, altKey: false, ctrlKey: false, metaKey: false, ...held });

test("keys play, skip, and go to a part of the film", () => {
  expect(press(" ")).toEqual({ do: "play" });
  expect(press("ArrowLeft")).toEqual({ do: "skip", seconds: -5 });
  expect(press("l")).toEqual({ do: "skip", seconds: 10 });
  expect(press("7")).toEqual({ do: "go", part: 0.7 });
  expect(press("N")).toEqual({ do: "next" });
});

test("other keys, and those of the browser, are left alone", () => {
  expect(press("Enter")).toBeUndefined();
  expect(press("toString")).toBeUndefined();
  expect(press("f", { ctrlKey: true })).toBeUndefined();
});

test("the speed changes in steps, within its bounds", () => {
  expect(nextSpeed(SPEEDS, 1, 1)).toBe(1.25);
  expect(nextSpeed(SPEEDS, 1.1, -1)).toBe(0.75);
  expect(nextSpeed(SPEEDS, 2, 1)).toBe(2);
  expect(nextSpeed(SPEEDS, 0.5, -1)).toBe(0.5);
});
