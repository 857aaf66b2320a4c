import { fileURLToPath } from "node:url";

import { startBenchProgram } from "../../rig/daemons.ts";

const PROGRAM = fileURLToPath(new URL("../../programs/sctp-cost.js", import.meta.url));

/** µs of JavaScript that the sending association takes for a packet of 1,200 bytes, CRC32c and SACKs included. In a process of its own. */
export async function measureCost(): Promise<number> {
  const program = await startBenchProgram(process.execPath, [PROGRAM]);
  try {
    return Number(program.first["usPerPacket"]);
  } finally {
    await program.stop();
  }
}
