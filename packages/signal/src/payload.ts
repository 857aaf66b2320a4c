/** The offer's payload. `viewer` (base64url of 16 random bytes) is there only on sealed sessions. */
export interface OfferPayload {
  readonly type: "offer";
  readonly sdp: string;
  readonly viewer?: string;
}

/** The answer's payload in the base protocol. A share's is made by {@link sealAnswer}. */
export interface AnswerPayload {
  readonly type: "answer";
  readonly sdp: string;
}

/** RTCIceCandidateInit. */
export interface CandidatePayload {
  readonly candidate?: string;
  readonly sdpMid?: string | null;
  readonly sdpMLineIndex?: number | null;
  readonly usernameFragment?: string | null;
}

export function formatOffer(offer: { readonly sdp: string; readonly viewer?: string }): string {
  throw new Error("not written yet", { cause: offer.sdp });
}

/** Ignores unknown fields, and a `viewer` that is none. @throws {PayloadError} `bad-offer` */
export function parseOffer(payload: string): OfferPayload {
  throw new Error("not written yet", { cause: payload });
}

export function formatAnswer(answer: { readonly sdp: string }): string {
  throw new Error("not written yet", { cause: answer.sdp });
}

/** @throws {PayloadError} `bad-answer` */
export function parseAnswer(payload: string): AnswerPayload {
  throw new Error("not written yet", { cause: payload });
}

export function formatCandidate(candidate: CandidatePayload): string {
  throw new Error("not written yet", { cause: candidate });
}

/** @throws {PayloadError} `bad-candidate` */
export function parseCandidate(payload: string): CandidatePayload {
  throw new Error("not written yet", { cause: payload });
}
