import { expect, it } from "vitest";

import { parseSocketTable } from "./socket-drops.ts";

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  287: 0100007F:1F90 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 0000000000000000 12
  288: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4712 2 0000000000000000 0
`;

it("reads port, inode and drops of each socket", () => {
  expect(parseSocketTable(TABLE)).toEqual([
    { port: 8080, inode: 4711, drops: 12 },
    { port: 53, inode: 4712, drops: 0 },
  ]);
});

it("reads nothing from a missing table", () => {
  expect(parseSocketTable("")).toEqual([]);
});
