/* A program's resources, from Linux (proc(5)) and from its own Node. */
import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { lookUntil, type WaitOptions } from "../lib/wait.ts";

const KIB = 1024;
/** Index of the socket's inode among the fields of a line in /proc/net/udp and similar tables. */
const INODE_FIELD = 9;

/** Everything that must return to its earlier value. */
export interface Reading {
  /**
   * Resident memory outside V8's heap, bytes. The memory that V8 reserves for its heap says little: its young generation takes 32 MB as soon as there is work, and
   * returns them at an unpredictable time.
   */
  readonly nativeBytes: number;
  /** JavaScript heap after a garbage collection, bytes. */
  readonly heapBytes: number;
  /** Buffers outside the heap, bytes. */
  readonly externalBytes: number;
  readonly threads: number;
  /** Open files, sockets included. */
  readonly descriptors: number;
  readonly udpSockets: number;
  readonly tcpSockets: number;
  /** Timers that keep the process alive. */
  readonly timers: number;
  /** Everything else that keeps it alive: sockets, servers, requests. */
  readonly handles: number;
}

interface Told {
  readonly counts: Readonly<Record<string, number>>;
  readonly heapBytes: number;
  /** Memory that V8 has reserved for its heap, bytes. */
  readonly committedBytes: number;
  readonly externalBytes: number;
}

/** @param folder where the process writes its resources (programs/tell-resources.ts) */
export async function takeReading(pid: number, folder: string, wait: WaitOptions): Promise<Reading> {
  const { counts, heapBytes, committedBytes, externalBytes } = await ask(pid, folder, wait);
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const targets = new Set(await Promise.all(descriptors.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ""))));
  const sockets = async (...tables: string[]): Promise<number> => {
    const texts = await Promise.all(tables.map((name) => readFile(`/proc/${pid}/net/${name}`, "utf8").catch(() => "")));
    return texts.flatMap(inodesOf).filter((inode) => targets.has(`socket:[${inode}]`)).length;
  };
  const { Timeout: timers = 0, Immediate: _immediates = 0, ...others } = counts;
  return {
    nativeBytes: statusNumber(status, "VmRSS") * KIB - committedBytes,
    heapBytes,
    externalBytes,
    threads: statusNumber(status, "Threads"),
    descriptors: descriptors.length,
    udpSockets: await sockets("udp", "udp6"),
    tcpSockets: await sockets("tcp", "tcp6"),
    timers,
    handles: Object.values(others).reduce((sum, count) => sum + count, 0),
  };
}

export function statusNumber(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, "mu").exec(status)?.[1]);
}

/** The sockets' inodes in a table of /proc/net, whose first line is a header. */
export function inodesOf(table: string): string[] {
  return table
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line) =>
      line
        .trim()
        .split(/\s+/u)
        .slice(INODE_FIELD, INODE_FIELD + 1),
    );
}

async function ask(pid: number, folder: string, wait: WaitOptions): Promise<Told> {
  const path = join(folder, String(pid));
  await rm(path, { force: true });
  process.kill(pid, "SIGUSR2");
  const text = await lookUntil(() => readFile(path, "utf8").catch(() => undefined), wait);
  if (text === undefined) throw new Error(`process ${pid} doesn't say what it holds`);
  return JSON.parse(text) as Told;
}
