/* Our SCTP association and pion's, in both roles; the same with a gigabyte is part of the long tests. */
import { describe, onTestFinished, test } from "vitest";
import { goIsInstalled } from "./lib/pion.ts";
import { transfersOf, transferWithPion } from "./lib/sctp-with-pion.ts";

const MIB = 1024 * 1024;

describe.skipIf(!goIsInstalled)("SCTP with pion (skipped where go is not installed)", () => {
  test.each(transfersOf({ large: 8 * MIB, small: 4 * MIB }))(
    "$opener opens, we send $weSend, pion sends $pionSends, a loss of $loss, $ending",
    async (transfer) => {
      console.log(JSON.stringify(await transferWithPion(transfer, onTestFinished)));
    },
  );
});
