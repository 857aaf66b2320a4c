/* A gigabyte between our SCTP association and pion's, and 32 MiB with loss. */
import { describe, onTestFinished, test } from "vitest";
import { goIsInstalled } from "../lib/pion.ts";
import { transfersOf, transferWithPion } from "../lib/sctp-with-pion.ts";

const MIB = 1024 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

describe.skipIf(!goIsInstalled)("SCTP with pion (skipped where go is not installed)", { timeout: LIMIT_MS }, () => {
  test.each(transfersOf({ large: 1024 * MIB, small: 32 * MIB }))(
    "$opener opens, we send $weSend, pion sends $pionSends, a loss of $loss, $ending",
    async (transfer) => {
      console.log(JSON.stringify(await transferWithPion(transfer, onTestFinished)));
    },
  );
});
