/* Why no connection could be made, for the viewer: as far as one side can tell from what both sides offered. */
import { explainNoConnection, type NoConnectionAdvice, type NoConnectionDiagnosis, type NoConnectionReason } from "@rangecast/rtc";
import type { StatusLine } from "./status.ts";

const TEXTS: Readonly<Record<NoConnectionReason, string>> = {
  "nothing-here": "This browser offered no network address to connect to. An extension or a privacy setting may prevent it.",
  "nothing-there": "They are online, but their computer offered no network address to connect to.",
  "no-udp-there": "The network of their computer blocks UDP, which direct connections need.",
  "families-differ": "One of you has only IPv4 and the other only IPv6.",
  "relay-failed": "No direct path exists, and the connection through a TURN server failed too.",
  "udp-blocked-here": "A firewall on your side seems to block UDP, which direct connections need.",
  "turn-silent": "No direct path exists, and the TURN server could not be reached or refused both of you.",
  "private-only": "Both of you know only addresses of your own network, so you can connect only if you are on the same one.",
  "private-here": "Your browser knows only addresses of your own network.",
  "private-there": "Their computer offered only addresses of its own network.",
  "blocked-between": "A router or firewall between you blocks direct connections.",
};

const HINTS: Readonly<Record<NoConnectionAdvice, string>> = {
  "network-here": "Allow WebRTC in the browser's privacy settings, or try another browser.",
  "network-there": "Ask the sender to check their network.",
  stun: "Ask the sender to set up a STUN server: rangecast share … --stun stun:HOST:3478.",
  turn: "A TURN server carries the file when no direct path exists. Ask the sender to set one up.",
  "turn-tcp": "A TURN server over TCP or TLS works on such networks. Ask the sender to set one up.",
  "check-turn": "Ask the sender to check their TURN server: rangecast doctor LINK says what is wrong.",
  "udp-port": "Or ask the sender to open a UDP port in their router: rangecast share … --udp-port PORT.",
  "other-network": "Try without a VPN, or on another network, such as your phone's.",
  mdns: "This browser hides its local addresses, so being on the same network may not be enough.",
};

/** The hints come with the most helpful first. */
export function explainForViewer({ local, remote, iceServers }: NoConnectionDiagnosis): Required<Pick<StatusLine, "text" | "hints">> {
  const { reason, advice } = explainNoConnection(local, remote, { iceServers });
  return { text: `${TEXTS[reason]} This page keeps trying.`, hints: advice.map((code) => HINTS[code]) };
}
