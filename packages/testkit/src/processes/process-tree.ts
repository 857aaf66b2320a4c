/* Processes and their descendants, from Linux's proc(5). */
import { readdir, readFile } from "node:fs/promises";

/** The parent's id is the second field after the program's name, which is in brackets and may contain any character. */
const PARENT_FIELD = 1;

/** The processes that were started with this argument, and their descendants. */
export async function processesWith(argument: string): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name)).map(Number);
  const found = await Promise.all(pids.map(async (pid) => ((await argumentsOf(pid)).includes(argument) ? [pid] : [])));
  const parents = new Map(await Promise.all(pids.map(async (pid) => [pid, await parentOf(pid)] as const)));
  return withDescendants(found.flat(), parents);
}

/** Processes and their descendants, parents first, each once. */
export function withDescendants(roots: readonly number[], parents: ReadonlyMap<number, number | undefined>): number[] {
  const all = new Set(roots);
  // Iterating a set includes elements that are added during the iteration.
  for (const pid of all) for (const [child, parent] of parents) if (parent === pid) all.add(child);
  return [...all];
}

async function argumentsOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
}

async function parentOf(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[PARENT_FIELD]);
}

/** Resident memory of a process, bytes. */
export async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}
