import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { createTerminal, type Output } from "./terminal.ts";

function fake(isTTY: boolean): Output & { readonly text: () => string } {
  let text = "";
  const stream = new PassThrough().on("data", (chunk: Buffer) => (text += chunk.toString()));
  return Object.assign(stream, { isTTY, columns: 40, rows: 10, text: () => text });
}

it("prints on standard output until divert()", () => {
  const [stdout, stderr] = [fake(false), fake(true)];
  const terminal = createTerminal({ stdout, stderr });
  terminal.print("before");
  expect([terminal.interactive, terminal.diverted, terminal.columns]).toEqual([false, false, 40]);
  terminal.divert();
  terminal.print("behind");
  terminal.live("a block");
  terminal.end();
  expect([terminal.interactive, terminal.diverted]).toEqual([true, true]);
  expect(stdout.text()).toBe("before\n");
  expect(stderr.text()).toMatch(/behind\n[\s\S]*a block/);
});
