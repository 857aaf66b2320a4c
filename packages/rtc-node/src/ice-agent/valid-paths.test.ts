import { expect, test } from "vitest";

import type { Endpoint } from "../ice-endpoints/endpoint.ts";
import { ValidPaths } from "./valid-paths.ts";

const [one, other] = [{}, {}] as [Endpoint, Endpoint];
const ADDRESS = "192.0.2.1";

test("an address is valid on the endpoint where it answered, with the same port", () => {
  const paths = new ValidPaths();
  paths.validate(one, ADDRESS, 5000);
  for (let repeated = 0; repeated < 2; repeated++) {
    expect(paths.has(one, ADDRESS, 5000)).toBe(true);
    expect([paths.has(other, ADDRESS, 5000), paths.has(one, ADDRESS, 5001), paths.has(one, "192.0.2.2", 5000)]).toEqual([
      false,
      false,
      false,
    ]);
  }
});

test("packets of an expected address are kept, up to 16 in all, and released once", () => {
  const paths = new ValidPaths();
  const packet = (index: number): Buffer => Buffer.from([index]);
  paths.hold(one, ADDRESS, 1, packet(0));
  expect(paths.expect(one, ADDRESS, 1)).toBe(true);
  expect(paths.expect(other, ADDRESS, 2)).toBe(true);
  for (let index = 1; index <= 10; index++) {
    paths.hold(one, ADDRESS, 1, packet(index));
    paths.hold(other, ADDRESS, 2, packet(index));
  }
  expect(paths.has(one, ADDRESS, 1)).toBe(false);
  expect(paths.validate(one, ADDRESS, 1)).toHaveLength(8);
  expect(paths.validate(one, ADDRESS, 1)).toEqual([]);
  expect(paths.expect(one, ADDRESS, 1)).toBe(false);
  for (let index = 0; index < 20; index++) paths.hold(other, ADDRESS, 2, packet(index));
  expect(paths.validate(other, ADDRESS, 2)).toHaveLength(16);
});

test("128 addresses are remembered", () => {
  const paths = new ValidPaths();
  for (let port = 1; port <= 200; port++) paths.validate(one, ADDRESS, port);
  expect([paths.has(one, ADDRESS, 128), paths.has(one, ADDRESS, 129), paths.expect(one, ADDRESS, 201)]).toEqual([true, false, false]);
});
