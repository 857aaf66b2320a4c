/* Our SCTP association and pion's, in both roles; the same with a gigabyte is part of the long tests. */
import { describe, onTestFinished, test } from "vitest";
import { goIsInstalled } from "./lib/pion.ts";
import { type Transfer, transferWithPion } from "./lib/sctp-with-pion.ts";

const MIB = 1024 * 1024;

const transfers: Transfer[] = [
  { opener: "ours", weSend: 8 * MIB + 4321, pionSends: 0, loss: 0, ending: "shutdown of ours" },
  { opener: "pion", weSend: 8 * MIB + 4321, pionSends: 0, loss: 0.03, ending: "shutdown of pion" },
  { opener: "ours", weSend: 0, pionSends: 8 * MIB + 4321, loss: 0, ending: "abort of pion" },
  { opener: "pion", weSend: 0, pionSends: 4 * MIB + 4321, loss: 0.03, ending: "abort of ours" },
  { opener: "ours", weSend: 4 * MIB + 1, pionSends: 4 * MIB + 1, loss: 0.01, ending: "shutdown of ours" },
];

describe.skipIf(!goIsInstalled)("SCTP with pion (skipped where go is not installed)", () => {
  test.each(transfers)("$opener opens, we send $weSend, pion sends $pionSends, a loss of $loss, $ending", async (transfer) => {
    console.log(JSON.stringify(await transferWithPion(transfer, onTestFinished)));
  });
});
