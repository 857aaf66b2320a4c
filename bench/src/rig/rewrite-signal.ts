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
 * What is posted in a message's place so that the agent is reached through the link alone: the agent's candidates become the link's, and the browser's are
 * withheld, so that it shows up by the checks that come through the link (RFC 8445: peer-reflexive).
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

/** The UDP ports of the peer's own sockets that a message names: the ones whose overflow spoils a run. */
export function portsNamedBy({ type, payload }: PostedSignal): number[] {
  if (type === "candidate") return portsOf([(JSON.parse(payload) as Candidate).candidate ?? ""]);
  if (type !== "offer" && type !== "answer") return [];
  return portsOf((JSON.parse(payload) as Description).sdp.split(/\r?\n/u));
}

function portsOf(lines: readonly string[]): number[] {
  return lines.flatMap((line) => hostAddress(line)?.port ?? []);
}
