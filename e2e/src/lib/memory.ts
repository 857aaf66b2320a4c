/* Whether a process grows while it works. Single readings say little: buffers that wait for the garbage collector come and go, and what leaks stays. */
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { residentBytes } from "@rangecast/testkit/processes/process-tree";

/** Memory of a process when so much was downloaded, bytes. */
export interface Reading {
  readonly bytes: number;
  readonly memory: number;
}

export interface Readings {
  /** Resident memory of `programs/fetch.mjs`. */
  readonly client: readonly Reading[];
  /** What its JavaScript still holds after a garbage collection, if it runs with `--expose-gc`. */
  readonly held: readonly Reading[];
  /** Resident memory of the daemon. */
  readonly daemon: readonly Reading[];
}

/** Reads the memory of both sides at each report of `programs/fetch.mjs`, until `fileBytes` were downloaded. */
export async function followMemory(
  fetching: JsonProcess,
  daemonPid: number | undefined,
  { fileBytes, limitMs }: { readonly fileBytes: number; readonly limitMs: number },
): Promise<Readings> {
  const [client, held, daemon]: [Reading[], Reading[], Reading[]] = [[], [], []];
  for (let bytes = 0; ;) {
    const from = bytes;
    const report = await fetching.waitFor(({ event, ...fields }) => event === "done" || Number(fields["bytes"]) > from, limitMs);
    if (report.event === "done") return { client, held, daemon };
    bytes = Number(report["bytes"]);
    client.push({ bytes, memory: Number(report["rss"]) });
    held.push({ bytes, memory: Number(report["held"]) });
    daemon.push({ bytes, memory: await residentBytes(daemonPid) });
    if (bytes >= fileBytes) return { client, held, daemon };
  }
}

/** How much the lowest memory of the last `windowBytes` is above the lowest of as many bytes from `fromBytes` on, bytes. */
export function growth(readings: readonly Reading[], fromBytes: number, windowBytes: number): number {
  const end = readings.at(-1)?.bytes ?? 0;
  const lowest = (from: number): number => {
    const window = readings.filter(({ bytes }) => bytes >= from && bytes <= from + windowBytes);
    if (window.length === 0) throw new Error(`there is no reading from ${from} on`);
    return Math.min(...window.map(({ memory }) => memory));
  };
  return lowest(end - windowBytes) - lowest(fromBytes);
}
