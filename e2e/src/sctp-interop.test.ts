/* Our SCTP association and other implementations', in both roles; the same with a gigabyte is part of the long tests. */
import { describe, onTestFinished, test } from "vitest";
import { SCTP_PEERS } from "./lib/sctp-peers.ts";
import { transfersOf, transferWith } from "./lib/sctp-transfers.ts";

const MIB = 1024 * 1024;

for (const peer of SCTP_PEERS) {
  describe.skipIf(!peer.isInstalled)(`SCTP with ${peer.name} (skipped where ${peer.needs} is not installed)`, () => {
    test.each(transfersOf({ large: 2 * MIB, small: MIB }))(
      "$opener opens, we send $weSend, the peer sends $peerSends, a loss of $loss, $ending",
      async (transfer) => {
        console.log(JSON.stringify(await transferWith(peer, transfer, onTestFinished)));
      },
    );
  });
}
