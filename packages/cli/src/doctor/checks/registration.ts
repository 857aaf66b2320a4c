import { type IceServer, summarizeIceServers } from "@rangecast/rtc";
import {
  connectDaemon,
  createIdentity,
  createRandomId,
  createSecret,
  createShareNonce,
  computeShareId,
  deriveJoinToken,
  joinHash,
  SignalError,
} from "@rangecast/signal";
import { type Check, type CheckResult, fail, pass, skip } from "../check.ts";
import { withPatience } from "../../patience.ts";
import { SET_CLOCKS } from "./clock.ts";

const LATE = "The relay takes too long to register a share: look at it, or try later.";
/** How long taking the share back may take, milliseconds: what stays is forgotten within ten minutes. */
const REVOKE_MS = 3000;

/** Whether the relay takes a share from this computer: one that nobody has the link of, and which is taken back at once. */
export const registrationCheck: Check = {
  name: "registration",
  deadlineMs: 10_000,
  lateAdvice: LATE,
  run: async ({ relay, relayAnswers, iceServers = [] }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const named = await register(relay, signal);
      const { stun, turn } = summarizeIceServers(named);
      return pass(`the relay takes shares from here, and names ${stun} STUN and ${turn} TURN addresses`, {
        iceServers: [...iceServers, ...named],
      });
    } catch (error) {
      if (!(error instanceof SignalError)) throw error;
      return refusal(error);
    }
  },
};

async function register(relay: string, signal: AbortSignal): Promise<readonly IceServer[]> {
  const identity = await createIdentity();
  const shareNonce = createShareNonce();
  const token = await deriveJoinToken(createSecret(), await computeShareId(identity.publicKey, shareNonce));
  const signals = connectDaemon({ relay, identity, epoch: createRandomId() });
  try {
    const { shareId, iceServers } = await signals.register({ shareNonce, joinHash: await joinHash(token) }, { signal });
    await withPatience(REVOKE_MS, signal, (patience) => signals.revoke(shareId, { signal: patience })).catch(() => undefined);
    return iceServers;
  } finally {
    signals.close();
  }
}

const BY_DETAIL: Readonly<Record<string, string>> = {
  "wrong-time": SET_CLOCKS,
  "wrong-origin": "The relay goes by another address: use the one it was started with, or start it with --origin and this one.",
  busy: "The relay has as many shares or daemons as it takes, or too many of this address: wait a minute.",
};

function refusal({ message, detail, reason }: SignalError): CheckResult {
  return fail(
    `the relay takes no share: ${message}`,
    BY_DETAIL[detail ?? reason] ?? "Look at the relay's log, and whether a proxy changes its requests.",
  );
}
