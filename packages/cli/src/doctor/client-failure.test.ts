import { NO_CANDIDATES, summarizeCandidates } from "@rangecast/rtc";
import { describe, expect, it } from "vitest";
import { clientFailureWords } from "./client-failure.ts";

const PRIVATE = summarizeCandidates(["candidate:1 1 udp 1 192.168.1.2 9 typ host"]);
const diagnosis = { local: PRIVATE, remote: PRIVATE, iceServers: { stun: 0, turn: 0 } };

describe("clientFailureWords", () => {
  it("explains a missing connection by what both sides offered, where that is known", () => {
    const { found, advice } = clientFailureWords("no-connection", diagnosis);
    expect(found).toMatch(/no connection came about: this computer offered 1 own address .*\. Both sides know only/);
    expect(advice).toMatch(/^The host needs a STUN server.*TURN server/);
    expect(clientFailureWords("no-connection").advice).toContain("firewall");
  });

  it("does not blame the network for what is no matter of it", () => {
    expect(clientFailureWords("host-offline", { ...diagnosis, local: NO_CANDIDATES })).toEqual(clientFailureWords("host-offline"));
  });
});
