import { expect, it } from "vitest";
import { publishOrder } from "./packages.mjs";

const manifests = (...entries) => entries.map((manifest) => [`packages/${manifest.name}/package.json`, manifest]);

it("publishes a package after those that it depends on, and no private one", () => {
  const order = publishOrder(
    manifests(
      { name: "app", dependencies: { middle: "1", hono: "4" } },
      { name: "middle", dependencies: { base: "1" }, devDependencies: { tools: "1", app: "1" } },
      { name: "base" },
      { name: "tools", private: true },
    ),
  );
  expect(order).toEqual(["base", "middle", "app"].map((name) => ({ name, folder: `packages/${name}` })));
});

it("refuses a cycle by name", () => {
  expect(() => publishOrder(manifests({ name: "a", dependencies: { b: "1" } }, { name: "b", dependencies: { a: "1" } }))).toThrow(
    "a → b → a",
  );
});
