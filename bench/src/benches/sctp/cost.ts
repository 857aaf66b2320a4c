import { fileURLToPath } from "node:url";

import { startBenchProgram } from "../../rig/daemons.ts";

const PROGRAM = fileURLToPath(new URL("../../programs/sctp-cost.js", import.meta.url));

/** Longest that it may take, milliseconds: on an idle machine it takes some seconds. */
const LIMIT_MS = 180_000;

/** µs of JavaScript that the sending association takes for a packet of 1,200 bytes, CRC32c and SACKs included. In a process of its own. */
export async function measureCost(): Promise<number> {
  const program = await startBenchProgram(process.execPath, [PROGRAM]);
  try {
    const { usPerPacket } = await program.waitFor(({ event }) => event === "cost", LIMIT_MS);
    return Number(usPerPacket);
  } finally {
    await program.stop();
  }
}
