/* A gigabyte between our SCTP association and pion's, and 32 MiB with loss. */
import { describe, onTestFinished, test } from "vitest";
import { goIsInstalled } from "../lib/pion.ts";
import { type Transfer, transferWithPion } from "../lib/sctp-with-pion.ts";

const MIB = 1024 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

const transfers: Transfer[] = [
  { opener: "ours", weSend: 1024 * MIB + 4321, pionSends: 0, loss: 0, ending: "shutdown of ours" },
  { opener: "pion", weSend: 1024 * MIB + 4321, pionSends: 0, loss: 0.03, ending: "shutdown of pion" },
  { opener: "ours", weSend: 0, pionSends: 1024 * MIB + 4321, loss: 0, ending: "abort of pion" },
  { opener: "pion", weSend: 0, pionSends: 32 * MIB + 4321, loss: 0.03, ending: "abort of ours" },
  { opener: "ours", weSend: 32 * MIB + 1, pionSends: 32 * MIB + 1, loss: 0.01, ending: "shutdown of ours" },
];

describe.skipIf(!goIsInstalled)("SCTP with pion (skipped where go is not installed)", { timeout: LIMIT_MS }, () => {
  test.each(transfers)("$opener opens, we send $weSend, pion sends $pionSends, a loss of $loss, $ending", async (transfer) => {
    console.log(JSON.stringify(await transferWithPion(transfer, onTestFinished)));
  });
});
