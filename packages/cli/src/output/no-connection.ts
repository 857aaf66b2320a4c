/** Explains on a terminal why no connection could be made, for the host and for the viewer. The page has its own texts (web/src/page/view). */
import {
  type CandidateSummary,
  explainNoConnection,
  type NoConnectionAdvice,
  type NoConnectionDiagnosis,
  type NoConnectionExplanation,
  type NoConnectionReason,
} from "@rangecast/rtc";
import { capitalize } from "../format.ts";

/** Who reads the text. */
export type End = "host" | "viewer";

export interface NoConnectionText extends NoConnectionExplanation {
  /** What each side offered, a clause. */
  readonly offered: string;
  /** The cause, a sentence. */
  readonly why: string;
  /** What to do, one sentence each, the most helpful first. */
  readonly todo: readonly string[];
}

const OTHER: Readonly<Record<End, string>> = { host: "the viewer", viewer: "the host" };

/** The argument is the name of the other side. */
const WHY: Readonly<Record<NoConnectionReason, (other: string) => string>> = {
  "nothing-here": () => "This computer found no network address to offer.",
  "nothing-there": (other) => `${capitalize(other)} offered no address.`,
  "no-udp-there": (other) => `${capitalize(other)} offered no UDP address: its network or browser blocks UDP.`,
  "families-differ": () => "One side has only IPv4, and the other only IPv6.",
  "relay-failed": () => "Even the path through the TURN server did not work.",
  "udp-blocked-here": () => "No STUN server answered this computer: a firewall here blocks UDP.",
  "turn-silent": () => "The TURN server gave neither side an address: it could not be reached, or it refused the credentials.",
  "private-only": () => "Both sides know only addresses in their local networks.",
  "private-here": () => "This computer knows only addresses in its local network.",
  "private-there": (other) =>
    `${capitalize(other)} offered only addresses in its local network: its STUN server did not answer, or its network blocks UDP.`,
  "blocked-between": () => "Both sides have a public address, but a router or firewall between them blocks direct connections.",
};

const TODO: Readonly<Record<End, Readonly<Record<NoConnectionAdvice, string>>>> = {
  host: {
    "network-here": "Check this computer's network.",
    "network-there": "The viewer should check their network, and try another browser.",
    stun: "Add a STUN server, to the relay or here: --stun stun:HOST:3478.",
    turn: "Add a TURN server to the relay (--turn): it carries the data when no direct path exists.",
    "turn-tcp": "A TURN server that also accepts TCP or TLS gets through networks that block UDP.",
    "check-turn": "Check that the TURN server can be reached and accepts the credentials: rangecast doctor LINK.",
    "udp-port": "Or open a UDP port in this computer's firewall and router, and use it: --udp-port PORT.",
    "other-network": "It may work without a VPN, or from another network.",
    mdns: "The browser hides its local addresses (mDNS), so it may not work even within the same network.",
  },
  viewer: {
    "network-here": "Check this computer's network.",
    "network-there": "The host should check its network.",
    stun: "The host needs a STUN server: rangecast share … --stun stun:HOST:3478, or the same option of the relay.",
    turn: "The host's relay needs a TURN server (--turn): it carries the data when no direct path exists.",
    "turn-tcp": "A TURN server that also accepts TCP or TLS gets browsers through networks that block UDP.",
    "check-turn": "Check that the TURN server can be reached and accepts the credentials.",
    "udp-port": "Or the host can open a UDP port in its firewall and router, and use it: rangecast share … --udp-port PORT.",
    "other-network": "It may work without a VPN, or from another network.",
    mdns: "A browser hides its local addresses (mDNS), so it may not work even within the same network.",
  },
};

export function noConnectionText({ local, remote, iceServers }: NoConnectionDiagnosis, end: End): NoConnectionText {
  const { reason, advice } = explainNoConnection(local, remote, { iceServers });
  return {
    reason,
    advice,
    offered: `this computer offered ${offerText(local)}, ${OTHER[end]} ${offerText(remote)}`,
    why: WHY[reason](OTHER[end]),
    todo: advice.map((code) => TODO[end][code]),
  };
}

/** `2 own addresses (1 hidden by the browser) and 1 seen by STUN`, `nothing`. */
export function offerText({ total, host, srflx, prflx, relay, mdns, udp, public: reaching }: CandidateSummary): string {
  if (total === 0) return "nothing";
  const hidden = mdns === 0 ? [] : [`${mdns} hidden by the browser`];
  const local = host > 0 && reaching === 0 && mdns < host ? ["in its local network only"] : [];
  const marks = [...hidden, ...local].join(", ");
  const parts = [
    ...(host === 0 ? [] : [`${host} own address${host === 1 ? "" : "es"}${marks === "" ? "" : ` (${marks})`}`]),
    ...(srflx + prflx === 0 ? [] : [`${srflx + prflx} public address${srflx + prflx === 1 ? "" : "es"}`]),
    ...(relay === 0 ? [] : [`${relay} on a TURN server`]),
  ];
  const last = parts.pop() ?? "";
  return `${parts.length === 0 ? last : `${parts.join(", ")} and ${last}`}${udp === 0 ? ", none for UDP" : ""}`;
}
