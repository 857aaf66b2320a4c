import { expect, it } from "vitest";
import { inodesOf, statusNumber } from "./readings.ts";

it("reads numbers from /proc/PID/status", () => {
  const status = "Name:\tnode\nVmHWM:\t  90000 kB\nVmRSS:\t   81234 kB\nThreads:\t12\n";
  expect([statusNumber(status, "VmRSS"), statusNumber(status, "Threads")]).toEqual([81_234, 12]);
});

it("reads inodes from /proc/net/udp", () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  541: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 17042 2 0000000000000000 0
 1210: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 18113 2 0000000000000000 0
`;
  expect(inodesOf(table)).toEqual(["17042", "18113"]);
  expect(inodesOf("")).toEqual([]);
});
