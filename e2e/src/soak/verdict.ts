/* Whether what a program holds came back to where it was. */
import type { Reading } from "./readings.ts";

const MIB = 1024 * 1024;

/**
 * How much more than before may stay:
 * - memory: the project's aim for a process that is warm is 20 MiB; the heap after a collection, and buffers, tell a leak long before
 * - threads and UDP sockets: none, for each belongs to a viewer
 * - TCP sockets, and with them descriptors and handles: two, as fetch keeps a connection to the relay for a while after a request
 * - timers: two, those of such a connection and of an event stream that is just being opened again
 */
export const ALLOWED: Reading = {
  nativeBytes: 20 * MIB,
  heapBytes: 4 * MIB,
  externalBytes: 2 * MIB,
  threads: 0,
  descriptors: 2,
  udpSockets: 0,
  tcpSockets: 2,
  timers: 2,
  handles: 2,
};

export interface Finding {
  readonly program: string;
  readonly what: keyof Reading;
  readonly before: number;
  readonly after: number;
  /** How much more than before would do. */
  readonly allowed: number;
  readonly kept: boolean;
}

export function compareReadings(program: string, before: Reading, after: Reading): Finding[] {
  const names = Object.keys(ALLOWED) as (keyof Reading)[];
  return names.map((what) => ({
    program,
    what,
    before: before[what],
    after: after[what],
    allowed: ALLOWED[what],
    kept: after[what] <= before[what] + ALLOWED[what],
  }));
}
