import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder } from "@rangecast/testkit/files/temporary-folder";
import { expect, it } from "vitest";
import { keep } from "./keep.ts";
import { EXAMPLE } from "./testing.ts";

it("saves report and picture, and a table of the latest run of each benchmark, in order", async () => {
  const folder = await temporaryFolder();
  const [docs, readme] = [join(folder, "bench"), join(folder, "README.md")];
  await writeFile(readme, "<!-- benchmarks: written by `npm run bench` -->\n<!-- benchmarks end -->\n");
  await keep({ ...EXAMPLE, bench: "lan" }, docs, readme);
  await keep({ ...EXAMPLE, ours: { p95Ms: 1 } }, docs, readme);
  await keep(EXAMPLE, docs, readme);
  const table = await readFile(readme, "utf8");
  expect([...table.matchAll(/\[(\w+)\]/gu)].map(([, name]) => name)).toEqual(["seek", "lan"]);
  expect(table.match(/\*\*100\*\*/gu)).toHaveLength(2);
  expect(await readFile(join(docs, "seek.svg"), "utf8")).toContain("<svg");
});
