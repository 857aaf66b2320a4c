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

const LATE = "The relay takes too long to register a share: check it, or try again later.";
/** How long to wait for the share's removal, milliseconds. If that fails, the relay removes the share within ten minutes. */
const REVOKE_MS = 3000;

/** Checks that the relay accepts a share from this computer. Nobody has the link of the test share, and it is revoked at once. */
export const registrationCheck: Check = {
  name: "registration",
  deadline: { ms: 10_000, advice: LATE },
  run: async ({ relay, relayAnswers, iceServers = [] }, signal) => {
    if (relay === undefined || relayAnswers !== true) return skip("the relay does not answer");
    try {
      const named = await register(relay, signal);
      const { stun, turn } = summarizeIceServers(named);
      return pass(`the relay accepts shares from here, and announces ${stun} STUN and ${turn} TURN addresses`, {
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
  "wrong-origin": "The relay was started with another address: use that one, or start the relay with --origin and this one.",
  busy: "The relay has too many shares or hosts, or too many from this address: wait a minute.",
};

function refusal({ message, detail, reason }: SignalError): CheckResult {
  return fail(
    `the relay refused a share: ${message}`,
    BY_DETAIL[detail ?? reason] ?? "Check the relay's log, and whether a proxy changes requests.",
  );
}
