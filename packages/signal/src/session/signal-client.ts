import * as v from "valibot";
import { EventPosition, followEvents } from "../relay-api/follow-events.ts";
import { parseAs, parseJson } from "../encoding/json.ts";
import { withoutEndSlashes } from "../link/web-address.ts";
import { parseSignalMessage, type SignalMessage, type SignalSide } from "../messages/message.ts";
import { PostQueue } from "./post-queue.ts";
import { ReadingMemory } from "../relay-api/reading-memory.ts";
import { requestJson } from "../relay-api/relay-request.ts";
import { SignalError } from "../relay-api/signal-error.ts";

export type OutgoingSignal = Pick<SignalMessage, "type" | "payload">;

/** One session's signalling, from one side. Plain and sealed clients have the same interface. */
export interface SignalClient {
  /**
   * Posts through one ordered queue, one request at a time (S-4). Temporary failures are retried with backoff (so delivery is at least once) until `signal`
   * aborts, or for two minutes without a signal.
   * @throws {SignalError} at once for `unauthorized`, `forbidden`, `not-found`, `conflict`, `refused`, `queue-full`; the signal's reason when it aborts
   */
  post(message: OutgoingSignal, options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * The other side's messages, in order, each once. Reopens the event stream as needed (S-2), or polls (L-17), and ends when `signal` aborts. One reader at a time; a later
   * reader continues where the last one stopped.
   * @throws {SignalError} `unauthorized`, `forbidden`, `not-found`, `over-cap`
   */
  messages(options: { readonly signal: AbortSignal }): AsyncIterable<SignalMessage>;
}

export interface SignalClientOptions {
  /** The relay's address; slashes at its end are ignored. */
  readonly base: string;
  readonly sessionId: string;
  /** Bearer key: an API key of the relay, or a session token. */
  readonly key: string;
  /** Our side: posts carry it, and our own messages are skipped on reading (S-7). */
  readonly side: SignalSide;
  /** The relay announced long polls (L-16). @default false */
  readonly polls?: boolean;
  /** How the relay's events were read before. @default nothing is known of it */
  readonly memory?: ReadingMemory | undefined;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch | undefined;
  /** Called with each failure that is retried. */
  readonly onTrouble?: ((error: SignalError) => void) | undefined;
}

const SIGNAL_PATH = "/api/internal/stream/signal/";
/** The relay's `{"ok": true}`. A 2xx response with another body did not accept the message. */
const accepted = v.optional(v.object({ ok: v.optional(v.literal(true)) }));

/** The client of the base protocol's signalling (S-1). Sends nothing until it is used. */
export function createSignalClient(options: SignalClientOptions): SignalClient {
  const { sessionId, key, side, polls, memory = new ReadingMemory(), fetch, onTrouble } = options;
  if (sessionId === "" || sessionId === "." || sessionId === "..") throw new RangeError("a session id must not be empty, '.' or '..'");
  const url = `${withoutEndSlashes(options.base)}${SIGNAL_PATH}${encodeURIComponent(sessionId)}`;
  const queue = new PostQueue();
  const position = new EventPosition();

  const send = async (body: SignalMessage, signal: AbortSignal | undefined): Promise<void> => {
    const answer = await requestJson({ fetch, url, method: "POST", key, body, signal });
    if (parseAs(accepted, answer) === undefined && answer !== undefined)
      throw new SignalError("bad-answer", "the relay did not confirm the message");
  };

  return {
    post: ({ type, payload }, { signal } = {}) =>
      queue.post({ size: payload.length, signal, send: () => send({ from: side, type, payload }, signal), onTrouble }),

    async *messages({ signal }) {
      for await (const event of followEvents({ fetch, url: `${url}/events`, key, position, signal, polls, memory, onTrouble })) {
        const message = event.event === "signal" ? parseSignalMessage(parseJson(event.data)) : undefined;
        if (message !== undefined && message.from !== side) yield message;
      }
    },
  };
}
