import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { StateError } from "../daemon-error.ts";
import { systemErrorWords } from "../system-error.ts";
import { createPrivateFile, readPrivateFile, whileLocked, writePrivateFile } from "./private-file.ts";

/** Owner only: the files hold the secrets of all links. */
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** Small files that only their owner can read. Every call throws {@link StateError}, `unreadable` or `unwritable`. */
export interface PrivateFolder {
  /** @returns undefined if there is no such file */
  read(name: string): Promise<string | undefined>;
  /** Creates a file, whole or not at all. One that exists stays as it is. */
  create(name: string, text: string): Promise<void>;
  /** Writes a file, whole or not at all. */
  replace(name: string, text: string): Promise<void>;
  /** Adds to a file, which is created if missing. The text is on the disk when this resolves. */
  append(name: string, text: string): Promise<void>;
  /** Removes a file, if it exists. */
  remove(name: string): Promise<void>;
  /** The names of all files. */
  names(): Promise<string[]>;
  /** Runs a task that reads and writes files of this name, one process at a time. */
  whileLocked<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** A name for messages. */
  shown(name: string): string;
}

/** A folder on the disk, which is created if missing. Several processes may use it at once. @throws {StateError} `unwritable` */
export async function openPrivateFolder(path: string): Promise<PrivateFolder> {
  await orStateError("unwritable", path, () => mkdir(path, { recursive: true, mode: FOLDER_MODE }));
  const fileOf = (name: string): string => join(path, name);
  return {
    read: (name) => orStateError("unreadable", fileOf(name), () => readPrivateFile(fileOf(name))),
    create: (name, text) =>
      orStateError("unwritable", fileOf(name), async () => {
        await createPrivateFile(fileOf(name), text);
      }),
    replace: (name, text) => orStateError("unwritable", fileOf(name), () => writePrivateFile(fileOf(name), text)),
    append: (name, text) => orStateError("unwritable", fileOf(name), () => append(fileOf(name), text)),
    remove: (name) => orStateError("unwritable", fileOf(name), () => rm(fileOf(name), { force: true })),
    names: () => orStateError("unreadable", path, () => namesIn(path)),
    whileLocked: (name, task) => whileLocked(fileOf(name), task),
    shown: fileOf,
  };
}

/** A folder in memory: nothing is written. */
export function memoryFolder(): PrivateFolder {
  const files = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: (name) => Promise.resolve(files.get(name)),
    create: (name, text) => Promise.resolve(void (files.has(name) || files.set(name, text))),
    replace: (name, text) => Promise.resolve(void files.set(name, text)),
    append: (name, text) => Promise.resolve(void files.set(name, (files.get(name) ?? "") + text)),
    remove: (name) => Promise.resolve(void files.delete(name)),
    names: () => Promise.resolve([...files.keys()]),
    whileLocked: (_name, task) => {
      const done = last.then(task);
      last = done.catch(() => undefined);
      return done;
    },
    shown: (name) => name,
  };
}

async function append(file: string, text: string): Promise<void> {
  const handle = await open(file, "a", FILE_MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

async function orStateError<T>(reason: "unreadable" | "unwritable", file: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const what = reason === "unreadable" ? "can't be read" : "can't be written";
    throw new StateError(reason, `${file} ${what}: ${systemErrorWords(error)}`, { cause: error });
  }
}
