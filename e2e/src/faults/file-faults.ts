/* Faults of the shared file. Bytes of two versions must never be mixed. */
import { open, rename, rm, stat, truncate, utimes } from "node:fs/promises";
import { writeNoise } from "../lib/test-files.ts";
import type { Fault } from "./fault.ts";
import type { Scene } from "./scene.ts";

/** How long both read before the file is changed, milliseconds: too short for either to finish. */
const READING_MS = 100;
const BLOCK_BYTES = 1024 * 1024;
/** Share of the file that remains after truncation. */
const LEFT_PART = 0.1;

const change = (name: string, what: string, alter: (scene: Scene) => Promise<void>): Fault => ({
  name,
  what,
  outcome: "told",
  strike: async ({ scene, bite, wait }) => {
    // The file changes while both read as fast as they can, and both must read more after that.
    await bite();
    await wait(READING_MS);
    await alter(scene);
    await bite();
  },
});

export const FILE_FAULTS: readonly Fault[] = [
  change("file-replaced", "the file replaced by another one of the same name (rename)", async ({ film }) => {
    const other = `${film}.new`;
    await writeNoise(other, (await stat(film)).size);
    await rename(other, film);
  }),
  change("file-overwritten", "the file overwritten in place", async ({ film }) => {
    const file = await open(film, "r+");
    try {
      const block = Buffer.alloc(BLOCK_BYTES, "another version ");
      for (let at = 0, { size } = await file.stat(); at < size; at += block.byteLength) {
        await file.write(block, 0, Math.min(block.byteLength, size - at), at);
      }
    } finally {
      await file.close();
    }
  }),
  change("file-truncated", "the file truncated", async ({ film }) => truncate(film, Math.floor((await stat(film)).size * LEFT_PART))),
  change("file-removed", "the file removed", ({ film }) => rm(film)),
  change("file-touched", "the file's modification time changed, its bytes the same", async ({ film }) => {
    const now = new Date();
    await utimes(film, now, now);
  }),
];
