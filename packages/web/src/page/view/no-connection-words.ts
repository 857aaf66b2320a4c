/* Why no connection came about, for who watches: what both sides offered tells it, as far as one end can know. */
import { explainNoConnection, type NoConnectionAdvice, type NoConnectionDiagnosis, type NoConnectionReason } from "@rangecast/rtc";

export interface NoConnectionWords {
  readonly text: string;
  /** What to do, the most helpful first. */
  readonly hints: readonly string[];
}

const TEXTS: Readonly<Record<NoConnectionReason, string>> = {
  "nothing-here": "This browser offered no address to connect to. An extension or a privacy setting may forbid it.",
  "nothing-there": "They are there, but their computer named no address to connect to.",
  "no-udp-there": "Their computer's network lets no UDP through, which direct connections need.",
  "families-differ": "One of you has IPv4 alone and the other IPv6 alone.",
  "relay-failed": "There is no direct way, and the detour over a server did not work either.",
  "udp-blocked-here": "A firewall on your side seems to block UDP, which direct connections need.",
  "turn-silent": "There is no direct way, and the server for a detour was not reached, or took neither of you.",
  "private-only": "Each of you knows only addresses of your own network, so only somebody in the same network could connect.",
  "private-here": "Your browser knows only addresses of your own network.",
  "private-there": "Their computer named only addresses of its own network.",
  "blocked-between": "A router or firewall between you lets nothing through directly.",
};

const HINTS: Readonly<Record<NoConnectionAdvice, string>> = {
  "network-here": "Allow WebRTC in the browser's privacy settings, or try another browser.",
  "network-there": "Ask the sender to check their network.",
  stun: "Ask the sender to set up a STUN server: rangecast share … --stun stun:HOST:3478.",
  turn: "A TURN server at the sender's relay carries the bytes where no direct way is: ask them for one.",
  "turn-tcp": "A TURN server over TCP or TLS gets through such networks: ask the sender for one.",
  "check-turn": "Ask the sender to check their TURN server: rangecast doctor LINK says what is wrong.",
  "udp-port": "Or the sender opens a UDP port in their router: rangecast share … --udp-port PORT.",
  "other-network": "Try without a VPN, or on another network, such as a phone's.",
  mdns: "This browser hides its local addresses, so being in the same network may not help by itself.",
};

export function noConnectionWords({ local, remote, iceServers }: NoConnectionDiagnosis): NoConnectionWords {
  const { reason, advice } = explainNoConnection(local, remote, { iceServers });
  return { text: `${TEXTS[reason]} This page keeps trying.`, hints: advice.map((code) => HINTS[code]) };
}
