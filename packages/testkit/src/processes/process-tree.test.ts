import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { processesWith, withDescendants } from "./process-tree.ts";

it("finds children and their children, each once, and no other processes", () => {
  const parents = new Map([
    [1, 0],
    [10, 1],
    [11, 10],
    [12, 11],
    [20, 1],
  ]);
  expect(withDescendants([10, 12], parents)).toEqual([10, 12, 11]);
});

it("finds a running program by one of its arguments", async () => {
  const argument = `--mark=${Math.random()}`;
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log(0)", "--", argument]);
  await once(child.stdout, "data");
  expect(await processesWith(argument)).toEqual([child.pid]);
  child.kill("SIGKILL");
});
