import { type Check, fail, pass, skip } from "../check.ts";

const BLOCKED =
  "A firewall here, or a VPN, seems to block UDP. Open it outwards, or use a network that lets it through; a TURN server over TCP or TLS helps browsers behind such firewalls, not daemons.";

/** Whether UDP gets out at all: the servers of the two checks before tell it together. */
export const udpCheck: Check = {
  name: "udp",
  deadlineMs: 1000,
  lateAdvice: BLOCKED,
  run: async ({ stun, turn, relayAnswers }) => {
    const asked = (stun?.asked ?? 0) + (turn?.asked ?? 0);
    const answered = (stun?.answered ?? 0) + (turn?.answered ?? 0);
    if (asked === 0) return skip("no STUN or TURN server to try it with");
    if (answered > 0) return pass("gets out, and answers come back");
    if (relayAnswers !== true)
      return fail("no server answered, and the relay neither: this computer may be offline", "Check this computer's network.");
    return fail(
      `the relay answers by TCP, and none of ${asked} server${asked === 1 ? "" : "s"} by UDP: UDP is blocked, or they are all down`,
      BLOCKED,
    );
  },
};
