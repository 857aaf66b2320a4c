/** Which names a folder's file system can hold. */
import { lstat, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../../failure/cli-error.ts";

export interface NameRules {
  /** Names may be any bytes, not only UTF-8. */
  readonly bytes: boolean;
  /** Only the names that Windows allows. */
  readonly windows: boolean;
  /** Names that differ only in upper and lower case, or in the composition of characters, are the same. */
  readonly folded: boolean;
}

/** What most file systems of this system can hold, for a folder that doesn't exist yet. */
export function usualRules(platform: NodeJS.Platform = process.platform): NameRules {
  const windows = platform === "win32";
  const foreign = windows || platform === "darwin";
  return { bytes: !foreign, windows, folded: foreign };
}

const NOT_UTF8 = Buffer.from([0x66, 0xff]);
const NOT_WINDOWS = 'a:b<c>d"e|f?g*h';
const UPPER = "Upper";
const COMPOSED = "\u00e9";

/** Tries names in a folder: a disk of Windows or macOS may be mounted anywhere. @param folder must exist, and hold none of the names @throws the system's error */
export async function probeRules(folder: string, platform: NodeJS.Platform = process.platform): Promise<NameRules> {
  const prefix = Buffer.from(join(folder, "x").slice(0, -1));
  const holds = (name: string | Buffer, alias?: string): Promise<boolean> =>
    tryName(Buffer.concat([prefix, Buffer.from(name)]), alias === undefined ? undefined : Buffer.concat([prefix, Buffer.from(alias)]));
  return {
    bytes: platform !== "win32" && (await holds(NOT_UTF8)),
    // There a colon names a stream within another file.
    windows: platform === "win32" || !(await holds(NOT_WINDOWS)),
    folded: (await holds(UPPER, UPPER.toLowerCase())) || (await holds(COMPOSED, COMPOSED.normalize("NFD"))),
  };
}

/** Errors of systems that can't hold a name. */
const REFUSED = new Set(["EINVAL", "EILSEQ", "ENOENT", "ENAMETOOLONG"]);

/** Whether a file can have the name, and is found by the alias, too. */
async function tryName(path: Buffer, alias: Buffer = path): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
  } catch (error) {
    if (REFUSED.has(systemCode(error) ?? "")) return false;
    throw error;
  }
  try {
    await lstat(alias);
    return true;
  } catch {
    return false;
  } finally {
    await unlink(path);
  }
}
