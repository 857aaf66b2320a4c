/* Whether a program's resources returned to their earlier values. */
import type { Reading } from "./readings.ts";

const MIB = 1024 * 1024;

/**
 * How much more than before may remain:
 * - memory: the project's goal for a warm process is 20 MiB; the heap after a collection, and buffers, show a leak long before that
 * - threads and UDP sockets: none, because each belongs to a viewer
 * - TCP sockets, and with them descriptors and handles: two, because fetch keeps a connection to the relay for a while after a request
 * - timers: two, for such a connection and for an event stream that is just being reopened
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
  /** How much more than before is allowed. */
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
