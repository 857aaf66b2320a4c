/** Claims the partial file of a download for this process, or reports which process has it. */
import { open, readdir, rename, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { sleep } from "@rangecast/base";
import { CliError, systemCode } from "../../failure/cli-error.ts";
import { printable } from "../../format.ts";
import { isAlive, type PartOwner, thisProcess } from "./part-owner.ts";
import { isPartOf, ownerOf, partName, type PartKey, relationOf } from "./part-name.ts";

export interface ClaimOptions {
  /** Where the file and its part are saved. */
  readonly folder: string;
  /** The file's name, made safe. */
  readonly name: string;
  readonly key: PartKey;
  /** Called before any change. @param same path of the existing part of this version @throws if the download must not start */
  readonly approve: (same: string | undefined) => Promise<void>;
}

export interface ClaimedPart {
  readonly path: string;
  /** Whether a part of an older version was deleted. */
  readonly outdated: boolean;
}

/** Two processes that start at the same moment see each other, and both withdraw and retry. Number of attempts. */
const MAX_TRIES = 6;
/** Longest pause before the next attempt, milliseconds; the pause is random. */
const MAX_PAUSE_MS = 200;

interface FoundPart {
  readonly file: string;
  readonly relation: "same" | "other-version" | "none";
  readonly bytes: number;
  /** The process that writes it, if it is running; may be this one. */
  readonly owner: PartOwner | undefined;
}

/** @throws CliError `in-use` if another process has it; the system's error */
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
    await sleep(Math.random() * MAX_PAUSE_MS);
  }

  async function findParts(inFolder: string): Promise<FoundPart[]> {
    // Only regular files: a symbolic link of that name may be an attack.
    const files = (await readdir(inFolder, { withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name);
    const ours = files.filter((each) => relationOf(each, key) !== "none" || ownerOf(each) !== undefined);
    return (await Promise.all(ours.map((each) => readPart(inFolder, each, key)))).filter((part) => part !== undefined);
  }
}

async function readPart(folder: string, file: string, key: PartKey): Promise<FoundPart | undefined> {
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
    // Its owner released or finished it in the meantime.
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
      ? `${who} is already downloading this file into this folder. Wait until it is done, or stop it, or choose another folder with --out.`
      : `${who} is downloading another file named ${printable(name)} into this folder. Choose another name with --name.`,
    { resumable: false },
  );
}

/** @returns false if another process took it first */
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

/** Removes the owner from a part's name, or deletes the part if it is empty. */
export async function releasePart(path: string, { folder, name, key }: Pick<ClaimOptions, "folder" | "name" | "key">): Promise<void> {
  if ((await stat(path)).size === 0) await unlink(path);
  else await rename(path, join(folder, partName(name, key)));
}
