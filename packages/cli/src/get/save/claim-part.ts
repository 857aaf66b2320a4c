/** Makes a part this process's own, or says which process has it. */
import { open, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { CliError, systemCode } from "../../failure/cli-error.ts";
import { printable } from "../../format.ts";
import { isAlive, type PartOwner, thisProcess } from "./part-owner.ts";
import { isPartOf, ownerOf, partName, type PartKey, relationOf } from "./part-name.ts";

export interface ClaimOptions {
  /** Where the file is saved, and its part beside it. */
  readonly folder: string;
  /** Of the file, safe. */
  readonly name: string;
  readonly key: PartKey;
  /** Called before anything is touched. @param same the part of this version that is there @throws what forbids to go on */
  readonly approve: (same: string | undefined) => Promise<void>;
}

export interface ClaimedPart {
  readonly path: string;
  /** A part of an older version was there; it is deleted. */
  readonly outdated: boolean;
}

/** Two that start at the same moment see each other and both give way: so often each tries again. */
const MAX_TRIES = 6;
/** Longest pause before that, milliseconds; each chooses at random. */
const MAX_PAUSE_MS = 200;

interface FoundPart {
  readonly file: string;
  readonly relation: "same" | "other-version" | "none";
  readonly bytes: number;
  /** A process that runs, this one included. */
  readonly owner: PartOwner | undefined;
}

/** @throws CliError `in-use` where another process has it; the system's error */
export async function claimPart(options: ClaimOptions): Promise<ClaimedPart> {
  const { folder, name, key, approve } = options;
  const file = partName(name, key, thisProcess());
  for (let tries = 1; ; tries += 1) {
    const parts = await findParts(folder);
    refuseRival(parts, options);
    const [same] = parts.filter(({ relation }) => relation === "same").toSorted((one, other) => other.bytes - one.bytes);
    await approve(same === undefined ? undefined : join(folder, same.file));
    const taken = await take(folder, same?.file, file);
    const others = taken ? (await findParts(folder)).filter((part) => part.file !== file) : [];
    if (taken && findRival(others, name) === undefined) {
      const older = others.filter(({ relation }) => relation === "other-version");
      for (const part of older) await unlink(join(folder, part.file));
      return { path: join(folder, file), outdated: older.length > 0 };
    }
    if (taken) await releasePart(join(folder, file), options);
    if (tries === MAX_TRIES) throw inUse(findRival(others, name)?.owner, name, true);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * MAX_PAUSE_MS));
  }

  async function findParts(inFolder: string): Promise<FoundPart[]> {
    // Regular files alone: a link of that name is somebody's trick.
    const files = (await readdir(inFolder, { withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name);
    const ours = files.filter((each) => relationOf(each, key) !== "none" || ownerOf(each) !== undefined);
    return (await Promise.all(ours.map((each) => lookAtPart(inFolder, each, key)))).filter((part) => part !== undefined);
  }
}

async function lookAtPart(folder: string, file: string, key: PartKey): Promise<FoundPart | undefined> {
  try {
    const { size, mtimeMs } = await stat(join(folder, file));
    const owner = ownerOf(file);
    return {
      file,
      relation: relationOf(file, key),
      bytes: size,
      owner: owner !== undefined && isAlive(owner, mtimeMs) ? owner : undefined,
    };
  } catch (error) {
    // Its owner took its own name off it, or finished it.
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

function findRival(parts: readonly FoundPart[], name: string): FoundPart | undefined {
  return parts.find(({ owner, relation, file }) => owner !== undefined && (relation !== "none" || isPartOf(file, name)));
}

function refuseRival(parts: readonly FoundPart[], { name }: ClaimOptions): void {
  const rival = findRival(parts, name);
  if (rival !== undefined) throw inUse(rival.owner, name, rival.relation !== "none");
}

function inUse(owner: PartOwner | undefined, name: string, sameShare: boolean): CliError {
  const where = owner === undefined || owner.machine === thisProcess().machine ? "" : " on another computer";
  const who = owner === undefined ? "Another rangecast" : `Another rangecast (process ${owner.pid}${where})`;
  return new CliError(
    "in-use",
    sameShare
      ? `${who} is fetching this file into this folder already. Wait until it is done, or stop it; or use --out for another folder.`
      : `${who} is fetching another file of the name ${printable(name)} into this folder. Use --name for another name.`,
    { resumable: false },
  );
}

/** @returns false where another process took it first */
async function take(folder: string, from: string | undefined, to: string): Promise<boolean> {
  try {
    if (from === undefined) await (await open(join(folder, to), "wx")).close();
    else await rename(join(folder, from), join(folder, to));
    return true;
  } catch (error) {
    if (from !== undefined && systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Takes this process's name off a part, or deletes it where nothing has come. */
export async function releasePart(path: string, { folder, name, key }: Pick<ClaimOptions, "folder" | "name" | "key">): Promise<void> {
  if ((await stat(path)).size === 0) await unlink(path);
  else await rename(path, join(folder, partName(name, key)));
}
