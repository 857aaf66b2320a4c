/** Where the processes of one user find each other: sockets in a folder that nobody else can enter. */
import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "@rangecast/base";
import { systemCode } from "../failure/cli-error.ts";

/** Owner only. A socket's own mode is ignored by some systems; the folder's never is. */
const FOLDER_MODE = 0o700;
const OTHERS = 0o077;
/** Longest path of a socket, bytes: sun_path has 104 bytes on macOS and 108 on Linux, with a zero at the end (unix(7)). */
const MAX_PATH_BYTES = 103;
/** Longest name of a socket in the folder, bytes: the computer, a process id, and the ending. */
const MAX_NAME_BYTES = 32;
const PIPES = String.raw`\\.\pipe\ `.trim();

export type SocketFolderErrorReason = "unsafe" | "unusable";

/** The folder can't be used: another user may enter it, or the system refuses. */
export class SocketFolderError extends ExpectedError<SocketFolderErrorReason> {
  override readonly name = "SocketFolderError";
}

export interface SocketFolder {
  /** The path of the socket with this name, for listening and connecting. */
  pathOf(name: string): string;
  /** Where a lock file for this name may be made. */
  lockOf(name: string): string;
  /** The names of the sockets that lie there, of this computer. A socket may be left over from a process that was killed. */
  names(): Promise<string[]>;
}

/**
 * Opens the folder that belongs to a state folder, and creates it if missing. On Windows the sockets are named pipes. Node can't give a pipe an ACL, and the
 * default one lets others read, but not write: their names contain a hash of the identity's private key, and a server says nothing before it was asked.
 * @throws {SocketFolderError} `unsafe` if others may enter it, or it belongs to another user
 */
export async function openSocketFolder(stateFolder: string, platform: NodeJS.Platform = process.platform): Promise<SocketFolder> {
  // A state folder may lie on a disk that several computers share, but a socket leads to a process of one computer.
  const computer = hashOf(hostname());
  if (platform === "win32") return pipeFolder(`rangecast-${hashOf(`${stateFolder} ${await readKey(stateFolder)}`)}-`, stateFolder);
  const folder = shortEnough(join(stateFolder, "run"), computer);
  await createPrivateFolder(folder);
  return {
    pathOf: (name) => join(folder, `${computer}-${name}.sock`),
    lockOf: (name) => join(folder, `${computer}-${name}`),
    names: async () => (await readdir(folder)).flatMap((file) => nameOf(file, `${computer}-`, ".sock")),
  };
}

function pipeFolder(prefix: string, stateFolder: string): SocketFolder {
  return {
    pathOf: (name) => `${PIPES}${prefix}${name}`,
    lockOf: (name) => join(stateFolder, "run", name),
    names: async () => (await readdir(PIPES)).flatMap((file) => nameOf(file, prefix, "")),
  };
}

function nameOf(file: string, prefix: string, end: string): string[] {
  return file.startsWith(prefix) && file.endsWith(end) ? [file.slice(prefix.length, file.length - end.length)] : [];
}

/** Paths of sockets are short. A folder with a long path gets one for its sockets among the temporary files. */
function shortEnough(folder: string, computer: string): string {
  if (Buffer.byteLength(folder) + MAX_NAME_BYTES <= MAX_PATH_BYTES) return folder;
  return join(tmpdir(), `rangecast-${process.getuid?.() ?? 0}-${hashOf(`${computer} ${folder}`)}`);
}

async function createPrivateFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const { mode, uid, isOurs } = await inspect(folder);
    if (!isOurs) throw new SocketFolderError("unsafe", `${folder} is not a folder of this user (it belongs to user ${uid})`);
    if ((mode & OTHERS) !== 0) await chmod(folder, FOLDER_MODE);
  } catch (cause) {
    if (cause instanceof SocketFolderError) throw cause;
    throw new SocketFolderError("unusable", `${folder} can't be used for sockets (${systemCode(cause) ?? "unknown"})`, { cause });
  }
}

/** Not through a symbolic link: another user may have made one in the folder of temporary files. */
async function inspect(folder: string): Promise<{ readonly mode: number; readonly uid: number; readonly isOurs: boolean }> {
  const stats = await lstat(folder);
  return { mode: stats.mode, uid: stats.uid, isOurs: stats.isDirectory() && stats.uid === process.getuid?.() };
}

/** Whether the socket was made by this user. @param path an existing socket */
export async function isOwnSocket(path: string): Promise<boolean> {
  if (process.platform === "win32") return true;
  const stats = await lstat(path);
  return stats.isSocket() && stats.uid === process.getuid?.();
}

async function readKey(stateFolder: string): Promise<string> {
  try {
    return await readFile(join(stateFolder, "identity.json"), "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "";
    throw error;
  }
}

const HASH_CHARACTERS = 10;

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
}
