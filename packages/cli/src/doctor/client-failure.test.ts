import { NO_CANDIDATES, summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, it } from "vitest";
import { clientFailureText } from "./client-failure.ts";

const PRIVATE = summarizeCandidates(["candidate:1 1 udp 1 192.168.1.2 9 typ host"]);
const diagnosis = { local: PRIVATE, remote: PRIVATE, iceServers: { stun: 0, turn: 0 } };

describe("clientFailureText", () => {
  it("explains a failed connection by what both sides offered, if that is known", () => {
    const { found, advice } = clientFailureText("no-connection", diagnosis);
    expect(found).toMatch(/no connection could be made: this computer offered 1 own address .*\. Both sides know only/);
    expect(advice).toMatch(/^The host needs a STUN server.*TURN server/);
    expect(clientFailureText("no-connection").advice).toContain("firewall");
  });

  it("does not blame the network for other failures", () => {
    expect(clientFailureText("host-offline", { ...diagnosis, local: NO_CANDIDATES })).toEqual(clientFailureText("host-offline"));
  });
});
