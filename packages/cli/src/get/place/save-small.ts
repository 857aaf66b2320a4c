/** Saves a file that arrived as a whole. It needs no claim: it is written within a moment, and published without replacing another. */
import { constants } from "node:fs";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { thisProcess } from "../save/part-owner.ts";
import { partName, type PartKey } from "../save/part-name.ts";
import { publish } from "../save/save-target.ts";
import { settableTime } from "./local-folder.ts";

export interface SmallFile {
  /** Where it is written until it is complete. */
  readonly parts: string;
  readonly name: string;
  readonly key: PartKey;
  readonly target: Buffer;
  readonly bytes: Uint8Array;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly overwrite: boolean;
}

const WRITE_NEW: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** @throws the system's error; `EEXIST` if the name is taken */
export async function saveSmall({ parts, name, key, target, bytes, modifiedMs, overwrite }: SmallFile): Promise<void> {
  const path = join(parts, partName(name, key, thisProcess()));
  const handle = await open(path, WRITE_NEW);
  try {
    try {
      await handle.writeFile(bytes);
      await handle.utimes(new Date(), settableTime(modifiedMs));
      // Before it has its name: a file that has it is complete, also after a power loss.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await publish(path, target, overwrite);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
}
