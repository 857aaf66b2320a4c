/* A gigabyte between our SCTP association and other implementations', and 32 MiB of theirs with loss. */
import { describe, onTestFinished, test } from "vitest";
import { SCTP_PEERS } from "../lib/sctp-peers.ts";
import { transfersOf, transferWith } from "../lib/sctp-transfers.ts";

const MIB = 1024 * 1024;
/** Longest that one transfer may take, milliseconds: it ends a hanging test. */
const LIMIT_MS = 10 * 60_000;

for (const peer of SCTP_PEERS) {
  describe.skipIf(!peer.isInstalled)(`SCTP with ${peer.name} (skipped where ${peer.needs} is not installed)`, { timeout: LIMIT_MS }, () => {
    test.each(transfersOf({ large: 1024 * MIB, small: 32 * MIB }))(
      "$opener opens, we send $weSend, the peer sends $peerSends, a loss of $loss, $ending",
      async (transfer) => {
        console.log(JSON.stringify(await transferWith(peer, transfer, onTestFinished)));
      },
    );
  });
}
