import { parseDescription, RtcError, soleFingerprint, writeDescription } from "@rangecast/rtc";
import { type OfferPayload, parseOffer, PayloadError } from "@rangecast/signal";
import { SessionError } from "../daemon-error.ts";
import { MIN_MESSAGE_BYTES } from "../serving/hello.ts";

/**
 * Decodes an offer and parses its SDP, before anything is allocated for it. An SDP whose max-message-size would make our sends throw is refused, and on a
 * sealed session one without exactly one sha-256 fingerprint (L-5).
 * @returns the offer, its SDP written again from the parsed value (S-6)
 * @throws {SessionError} `bad-offer`
 */
export function readOffer(payload: string, options: { readonly sealed: boolean }): OfferPayload {
  try {
    const offer = parseOffer(payload);
    if (options.sealed) soleFingerprint(offer.sdp);
    const description = parseDescription(offer);
    const size = description.maxMessageSize;
    if (size !== undefined && size !== 0 && size < MIN_MESSAGE_BYTES) {
      throw new SessionError("bad-offer", `the offer's max-message-size of ${size} bytes is under ${MIN_MESSAGE_BYTES}`);
    }
    return { ...offer, sdp: writeDescription(description) };
  } catch (error) {
    if (error instanceof PayloadError || error instanceof RtcError) {
      throw new SessionError("bad-offer", `the offer can't be used: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * Decodes an offer that restarts ICE. It may change only what belongs to ICE: with another fingerprint somebody else would take over the session.
 * @param first the SDP of the session's first offer, as {@link readOffer} returned it
 * @throws {SessionError} `bad-offer`
 */
export function readRestartOffer(payload: string, first: string): OfferPayload {
  const offer = readOffer(payload, { sealed: true });
  const [before, after] = [parseDescription({ type: "offer", sdp: first }), parseDescription(offer)];
  if (after.fingerprint !== before.fingerprint || after.mid !== before.mid) {
    throw new SessionError("bad-offer", "the offer changes more than ICE");
  }
  return offer;
}
