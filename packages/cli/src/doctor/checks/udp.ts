import { type Check, fail, pass, skip } from "../check.ts";

const BLOCKED =
  "A firewall here or a VPN seems to block UDP. Allow outgoing UDP, or use another network. A TURN server over TCP or TLS helps browsers behind such firewalls, but not hosts.";

/** Concludes from the checks of STUN and TURN whether UDP works at all. */
export const udpCheck: Check = {
  name: "udp",
  run: async ({ stun, turn, relayAnswers }) => {
    const asked = (stun?.asked ?? 0) + (turn?.asked ?? 0);
    const answered = (stun?.answered ?? 0) + (turn?.answered ?? 0);
    if (asked === 0) return skip("there is no STUN or TURN server to test it with");
    if (answered > 0) return pass("works in both directions");
    if (relayAnswers !== true)
      return fail("neither the servers nor the relay responded: this computer may be offline", "Check this computer's network.");
    return fail(
      `the relay responds over TCP, but none of ${asked} server${asked === 1 ? "" : "s"} over UDP: UDP is blocked, or they are all down`,
      BLOCKED,
    );
  },
};
