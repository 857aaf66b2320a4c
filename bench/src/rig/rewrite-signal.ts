import { hostAddress, type Link, withoutCandidates } from "../../netlab/index.ts";

/** The body of a POST to the relay (S-1). */
export interface PostedSignal {
  readonly from: string;
  readonly type: string;
  readonly payload: string;
}

interface Description {
  readonly type: string;
  readonly sdp: string;
}

interface Candidate {
  readonly candidate?: string;
}

/**
 * Rewrites a message so that the agent can be reached only through the link: the agent's candidates are replaced with the link's, and the browser's are
 * withheld. The browser then appears as a peer-reflexive candidate (RFC 8445), by its checks through the link.
 * @returns undefined for a message to be withheld
 */
export async function rewriteSignal(message: PostedSignal, link: Pick<Link, "rewrite" | "rewriteSdp">): Promise<PostedSignal | undefined> {
  const { from, type, payload } = message;
  if (from === "browser" && type === "candidate") return undefined;
  if (from === "browser" && type === "offer") {
    const offer = JSON.parse(payload) as Description;
    return { from, type, payload: JSON.stringify({ ...offer, sdp: withoutCandidates(offer.sdp) }) };
  }
  if (from === "agent" && type === "answer") {
    const answer = JSON.parse(payload) as Description;
    return { from, type, payload: JSON.stringify({ ...answer, sdp: await link.rewriteSdp(answer.sdp) }) };
  }
  if (from === "agent" && type === "candidate") {
    const given = JSON.parse(payload) as Candidate;
    if (!given.candidate) return message;
    const candidate = await link.rewrite(given.candidate);
    return candidate === undefined ? undefined : { from, type, payload: JSON.stringify({ ...given, candidate }) };
  }
  return message;
}

/** The UDP ports of the peer's own sockets in a message: if one of these overflows, the run doesn't count. */
export function portsNamedBy({ type, payload }: PostedSignal): number[] {
  if (type === "candidate") return portsOf([(JSON.parse(payload) as Candidate).candidate ?? ""]);
  if (type !== "offer" && type !== "answer") return [];
  return portsOf((JSON.parse(payload) as Description).sdp.split(/\r?\n/u));
}

function portsOf(lines: readonly string[]): number[] {
  return lines.flatMap((line) => hostAddress(line)?.port ?? []);
}
