/** Why no connection came about, in words for a terminal: for who shares and for who opens a link. The page has words of its own (web/src/page/view). */
import {
  type CandidateSummary,
  explainNoConnection,
  type NoConnectionAdvice,
  type NoConnectionDiagnosis,
  type NoConnectionExplanation,
  type NoConnectionReason,
} from "@rangecast/rtc";

/** Whose terminal it is. */
export type End = "host" | "viewer";

export interface NoConnectionWords extends NoConnectionExplanation {
  /** What each side offered, a clause. */
  readonly offered: string;
  /** Why, a sentence. */
  readonly why: string;
  /** What to do, a sentence each, the most helpful first. */
  readonly todo: readonly string[];
}

const OTHER: Readonly<Record<End, string>> = { host: "the viewer", viewer: "the host" };

/** Each with the other side's name. */
const WHY: Readonly<Record<NoConnectionReason, (other: string) => string>> = {
  "nothing-here": () => "This computer found no network address of its own to offer.",
  "nothing-there": (other) => `No address came from ${other}.`,
  "no-udp-there": (other) => `No UDP address came from ${other}: its network or browser blocks UDP.`,
  "families-differ": () => "One side has IPv4 alone and the other IPv6 alone.",
  "relay-failed": () => "Not even the way through the TURN server worked.",
  "udp-blocked-here": () => "No STUN server answered this computer: a firewall here blocks UDP.",
  "turn-silent": () => "The TURN server gave neither side an address: it was not reached, or it refused the credentials.",
  "private-only": () => "Both sides know only addresses of their own network.",
  "private-here": () => "This computer knows only addresses of its own network.",
  "private-there": (other) =>
    `Only addresses of its own network came from ${other}: its STUN server did not answer, or UDP is blocked there.`,
  "blocked-between": () => "Both sides have an outer address, but a router or firewall between them lets nothing through directly.",
};

const TODO: Readonly<Record<End, Readonly<Record<NoConnectionAdvice, string>>>> = {
  host: {
    "network-here": "Check this computer's network.",
    "network-there": "The viewer should check their network, and try another browser.",
    stun: "Name a STUN server, at the relay or here: --stun stun:HOST:3478.",
    turn: "Name a TURN server at the relay (--turn): it carries the bytes where no direct way is.",
    "turn-tcp": "A TURN server that is reached over TCP or TLS as well gets through networks that block UDP.",
    "check-turn": "Check that the TURN server is reached and takes the credentials: rangecast doctor LINK.",
    "udp-port": "Or open a UDP port in this computer's firewall and router, and name it: --udp-port PORT.",
    "other-network": "Without a VPN, or from another network, it may work at once.",
    mdns: "The browser hides its local addresses (mDNS), so being in the same network may not help by itself.",
  },
  viewer: {
    "network-here": "Check this computer's network.",
    "network-there": "The host should check its network.",
    stun: "The host needs a STUN server: rangecast share … --stun stun:HOST:3478, or the same at the relay.",
    turn: "The host's relay needs a TURN server (--turn): it carries the bytes where no direct way is.",
    "turn-tcp": "A TURN server that is reached over TCP or TLS as well gets browsers through networks that block UDP.",
    "check-turn": "Check that the TURN server is reached and takes the credentials.",
    "udp-port": "Or the host opens a UDP port in its firewall and router, and names it: rangecast share … --udp-port PORT.",
    "other-network": "Without a VPN, or from another network, it may work at once.",
    mdns: "A browser hides its local addresses (mDNS), so being in the same network may not help by itself.",
  },
};

export function noConnectionWords({ local, remote, iceServers }: NoConnectionDiagnosis, end: End): NoConnectionWords {
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
  const local = host > 0 && reaching === 0 && mdns < host ? ["of its own network alone"] : [];
  const marks = [...hidden, ...local].join(", ");
  const parts = [
    ...(host === 0 ? [] : [`${host} own address${host === 1 ? "" : "es"}${marks === "" ? "" : ` (${marks})`}`]),
    ...(srflx + prflx === 0 ? [] : [`${srflx + prflx} seen from outside`]),
    ...(relay === 0 ? [] : [`${relay} of a TURN server`]),
  ];
  const last = parts.pop() ?? "";
  return `${parts.length === 0 ? last : `${parts.join(", ")} and ${last}`}${udp === 0 ? ", none by UDP" : ""}`;
}
