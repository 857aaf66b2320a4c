/*
 * SNAP (draft-hancke-tsvwg-snap): each side's description carries its SCTP INIT chunk, `a=sctp-init`, and the association opens without a handshake. It is used
 * if both the offer and the answer have the line. An offerer doesn't know the other side's stack, and some stacks answer with every line that they don't know:
 * such an answer has the offer's own chunk. Chunks have random tags of 32 bits, so one that equals the offer's agrees to nothing.
 */
import { type DataChannelDescription, parseDescription, writeDescription } from "./description.ts";
import type { SessionDescription } from "./peer-connection.ts";

/** The answer, without the INIT chunk if that agrees to nothing: the offer has none, or the same one. */
export function withAgreedSnap(answer: DataChannelDescription, offer: Pick<DataChannelDescription, "sctpInit">): DataChannelDescription {
  const agreed = offer.sctpInit !== undefined && offer.sctpInit !== answer.sctpInit;
  return agreed ? answer : { ...answer, sctpInit: undefined };
}

/**
 * The answer with the known lines only, and with {@link withAgreedSnap}.
 * @param offer the SDP that it answers
 * @throws {RtcError} as `parseDescription`
 */
export function rewriteAnswer(answer: string, offer: string): SessionDescription {
  const parsed = parseDescription({ type: "answer", sdp: answer });
  return { type: "answer", sdp: writeDescription(withAgreedSnap(parsed, parseDescription({ type: "offer", sdp: offer }))) };
}
