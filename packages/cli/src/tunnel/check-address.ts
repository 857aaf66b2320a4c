/** Asks through an address whether it leads back to this program. */
import { backoffMs, type BackoffPolicy, sleep, withDeadline } from "@rangecast/base";
import { describeFetchFailure } from "../doctor/fetch-failure.ts";
import { CHECK_PATH, FORGED_ADDRESS, FORWARDS } from "./check-route.ts";

/** Time limit of one attempt, milliseconds: TLS and two ways through a tunnel take at most two seconds. */
const ATTEMPT_MS = 10_000;
/** Pauses between attempts: DNS and the tunnel's servers need some seconds to learn of a new name. */
const PAUSES: BackoffPolicy = { firstMs: 500, longestMs: 4000, shorter: 0.25 };
/** Longest answer that is read, bytes: ours has about 40, and an address of somebody else may answer with anything. */
const MAX_ANSWER_BYTES = 256;

export interface CheckOptions {
  /** An origin. */
  readonly address: string;
  readonly nonce: string;
  readonly signal: AbortSignal;
  /** @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch;
}

export type CheckResult =
  /** `forwards`: whether the tunnel tells its clients' addresses in `X-Forwarded-For`. */
  | { readonly leadsHere: true; readonly forwards: boolean }
  /** `found`: a clause. */
  | { readonly leadsHere: false; readonly found: string };

/** One attempt. @throws the signal's reason when it aborts */
export async function checkAddress({ address, nonce, signal, fetch = globalThis.fetch }: CheckOptions): Promise<CheckResult> {
  const expired = (): Error => new Error("no answer in time");
  try {
    const { status, text } = await withDeadline(ATTEMPT_MS, signal, expired, async (limited) => {
      const headers = { "X-Forwarded-For": FORGED_ADDRESS };
      const response = await fetch(`${address}${CHECK_PATH}`, { signal: limited, headers, redirect: "manual" });
      return { status: response.status, text: await beginningOf(response) };
    });
    const [got, forwards] = text.split(" ");
    if (got === nonce) return { leadsHere: true, forwards: forwards === FORWARDS };
    return { leadsHere: false, found: `another server answers there (HTTP ${status})` };
  } catch (error) {
    signal.throwIfAborted();
    return { leadsHere: false, found: describeFetchFailure(error, address).found };
  }
}

/** Tries until the address leads here. @param onFailure called with what was found at each attempt. @throws the signal's reason when it aborts */
export async function untilItLeadsHere(options: CheckOptions, onFailure: (found: string) => void): Promise<{ readonly forwards: boolean }> {
  for (let failures = 1; ; failures += 1) {
    const result = await checkAddress(options);
    if (result.leadsHere) return result;
    onFailure(result.found);
    await sleep(backoffMs(failures, PAUSES), options.signal);
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  if (reader === undefined) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    while (bytes < MAX_ANSWER_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.byteLength;
      text += decoder.decode(value.subarray(0, MAX_ANSWER_BYTES), { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}
