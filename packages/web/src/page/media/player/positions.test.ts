import { expect, test } from "vitest";
import { MAX_POSITIONS, positionKey, Positions, type PositionStore } from "./positions.ts";

function memory(): PositionStore & { value: string | null } {
  return {
    value: null,
    getItem() {
      return this.value;
    },
    setItem(_key, value) {
      this.value = value;
    },
  };
}

test("a film goes on where it stopped, and begins again when it was seen to its end", () => {
  const store = memory();
  const positions = new Positions(() => store);
  positions.set("film", 100.7, 1000);
  expect(new Positions(() => store).get("film")).toBe(100);
  expect(positions.get("other")).toBe(0);
  positions.set("film", 990, 1000);
  expect(positions.get("film")).toBe(0);
  positions.set("film", 3, 1000);
  expect(positions.get("film")).toBe(0);
});

test("the ones played least recently are forgotten", () => {
  const positions = new Positions(memory);
  const store = memory();
  const kept = new Positions(() => store);
  for (let index = 0; index <= MAX_POSITIONS; index++) kept.set(`film ${index}`, 50, 1000);
  expect([kept.get("film 0"), kept.get("film 1"), kept.get(`film ${MAX_POSITIONS}`)]).toEqual([0, 50, 50]);
  expect(positions.get("film 1")).toBe(0);
});

test.each(["{", "null", '[["film"]]', '[["film",-5],["film","x"],3]'])("a damaged store %s is like an empty one", (value) => {
  const store = { ...memory(), value };
  const positions = new Positions(() => store);
  expect(positions.get("film")).toBe(0);
  positions.set("film", 50, 1000);
  expect(positions.get("film")).toBe(50);
});

test("without storage nothing is remembered, and nothing fails", () => {
  const positions = new Positions(() => {
    throw new DOMException("denied", "SecurityError");
  });
  positions.set("film", 50, 1000);
  expect(positions.get("film")).toBe(0);
});

test("each version of each file has a key of its own, which doesn't contain its name", async () => {
  const file = { share: "s", path: "film.mp4", etag: '"1"', size: 5 };
  const keys = await Promise.all([file, { ...file, etag: '"2"' }, { ...file, path: "b" }, { ...file, etag: undefined }].map(positionKey));
  expect(new Set(keys).size).toBe(4);
  for (const key of keys) expect(key).toMatch(/^[\da-f]{24}$/u);
  expect(await positionKey({ ...file })).toBe(keys[0]);
});
