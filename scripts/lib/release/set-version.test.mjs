import { describe, expect, it } from "vitest";
import { changelogAt, lockAt, manifestAt, withRepository } from "./set-version.mjs";

const NAMES = new Set(["@x/a", "@x/b"]);

describe("manifestAt", () => {
  it("sets the version, and that of dependencies within the workspace", () => {
    const manifest = {
      name: "@x/b",
      version: "0.1.0",
      dependencies: { "@x/a": "0.1.0", hono: "^4.0.0" },
      devDependencies: { "@x/a": "0.1.0" },
    };
    expect(manifestAt(manifest, "0.2.0", NAMES)).toEqual({
      name: "@x/b",
      version: "0.2.0",
      dependencies: { "@x/a": "0.2.0", hono: "^4.0.0" },
      devDependencies: { "@x/a": "0.2.0" },
    });
  });

  it("keeps the order of the fields", () => {
    const manifest = { name: "@x/a", version: "0.1.0", license: "MIT" };
    expect(Object.keys(manifestAt(manifest, "0.2.0", NAMES))).toEqual(["name", "version", "license"]);
  });
});

it("withRepository copies the root's addresses, and keeps the package's folder", () => {
  const root = { homepage: "h", bugs: "b", repository: { type: "git", url: "u" } };
  const manifest = { homepage: "old", bugs: "old", repository: { type: "git", url: "old", directory: "packages/a" } };
  expect(withRepository(manifest, root)).toEqual({ ...root, repository: { type: "git", url: "u", directory: "packages/a" } });
});

it("lockAt changes the workspace's own packages only", () => {
  const lock = {
    name: "w",
    version: "0.1.0",
    packages: {
      "": { name: "w", version: "0.1.0" },
      "node_modules/@x/a": { resolved: "packages/a", link: true },
      "node_modules/hono": { version: "0.1.0" },
      "packages/a/node_modules/hono": { version: "0.1.0", dependencies: { "@x/a": "0.1.0" } },
      "packages/a": { version: "0.1.0", dependencies: { "@x/b": "0.1.0" } },
    },
  };
  const { version, packages } = lockAt(lock, "0.2.0", NAMES);
  expect([version, packages[""].version]).toEqual(["0.2.0", "0.2.0"]);
  expect(packages["packages/a"]).toEqual({ version: "0.2.0", dependencies: { "@x/b": "0.2.0" } });
  for (const path of ["node_modules/@x/a", "node_modules/hono", "packages/a/node_modules/hono"])
    expect(packages[path]).toEqual(lock.packages[path]);
});

describe("changelogAt", () => {
  it("moves the unreleased entries to a section of the version, above earlier ones", () => {
    const text = "# Changelog\n\n## Unreleased\n- One.\n- Two.\n\n## 0.1.0 (2026-01-01)\n- Zero.\n";
    expect(changelogAt(text, "0.2.0", "2026-02-02")).toBe(
      "# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n- One.\n- Two.\n\n## 0.1.0 (2026-01-01)\n- Zero.\n",
    );
  });

  it("can be repeated for the next version", () => {
    const first = changelogAt("# Changelog\n\n## Unreleased\n- One.\n", "0.1.0", "2026-01-01");
    const next = changelogAt(first.replace("## Unreleased\n", "## Unreleased\n- Two.\n"), "0.2.0", "2026-02-02");
    expect(next).toBe("# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-02-02)\n- Two.\n\n## 0.1.0 (2026-01-01)\n- One.\n");
  });

  it.each([
    ["no entries", "# Changelog\n\n## Unreleased\n\n## 0.1.0\n- One.\n", /nothing to release/],
    ["no such section", "# Changelog\n\n## 0.1.0\n- One.\n", /no section/],
  ])("refuses %s", (_what, text, message) => {
    expect(() => changelogAt(text, "0.2.0", "2026-02-02")).toThrow(message);
  });
});
