/* What a program holds: as Linux tells it (proc(5)), and as its own Node does. */
import { readdir, readFile, readlink, rm } from "node:fs/promises";
import { join } from "node:path";
import { lookUntil, type WaitOptions } from "../lib/wait.ts";

const KIB = 1024;
/** Field of a line of /proc/net/udp and its like that holds the socket's inode, counted from 0. */
const INODE_FIELD = 9;

/** Everything that must come back to where it was. */
export interface Reading {
  /**
   * Resident memory outside V8's heap, bytes. What V8 has taken for its heap says little: its young generation takes 32 MB as soon as there is something to do, and
   * gives them back when it sees fit.
   */
  readonly nativeBytes: number;
  /** JavaScript's heap after a collection, bytes. */
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
  /** Whatever else keeps it alive: sockets, servers, requests. */
  readonly handles: number;
}

interface Told {
  readonly counts: Readonly<Record<string, number>>;
  readonly heapBytes: number;
  /** What V8 has taken for its heap. */
  readonly committedBytes: number;
  readonly externalBytes: number;
}

/** @param folder where the process writes what it holds (programs/tell-resources.ts) */
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

/** The sockets' inodes in a table of /proc/net, whose first line is its head. */
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
