import type { SignalSide } from "@rangecast/signal";
import { slotsOf, takeSlots } from "../store/caps.ts";
import type { RelayCore } from "../core.ts";
import { keys } from "../store/keys.ts";
import { MAX_PLAIN_ID_LENGTH } from "../limits.ts";
import { RelayError } from "../http/relay-error.ts";
import { PlainSides } from "./plain-sides.ts";
import { appendEnd, appendSignal, type PostedSignal } from "./session-log.ts";

/** Ids are chosen by clients; they must be short and safe in URLs and in the store's keys. */
const ID_FORM = new RegExp(String.raw`^[\w.~:@+=-]{1,${MAX_PLAIN_ID_LENGTH}}$`);

/** Sessions of the base protocol, for clients with an API key. A session begins with its first post; it has neither share nor tokens. */
export class PlainSessions {
  readonly #core: RelayCore;

  constructor(core: RelayCore) {
    this.#core = core;
  }

  /** @throws {RelayError} `not-found` when the session is over; `busy`, `over-cap`, `bad-request` */
  async post(sessionId: string, from: SignalSide, message: PostedSignal, caller: string): Promise<void> {
    const { store, limits } = this.#core;
    checkId(sessionId);
    if (await this.isEnded(sessionId)) {
      throw new RelayError("not-found", "the session is over");
    }
    await takeSlots(store, slotsOf(sessionId, limits.sessionIdleMs, [[keys.allPlainSessions, limits.plainSessions, "sessions"]]));
    await new PlainSides(this.#core, sessionId).posted(from, caller);
    await appendSignal(this.#core, keys.plainLog(sessionId), from, message);
    if (message.type !== "bye") {
      return;
    }
    await appendEnd(this.#core, keys.plainLog(sessionId), "bye");
    await store.put(keys.plainEnded(sessionId), "", limits.lingerMs);
    await store.release(keys.allPlainSessions, sessionId);
  }

  /** Whether a `bye` was posted; readers still get unread messages. */
  async isEnded(sessionId: string): Promise<boolean> {
    checkId(sessionId);
    return (await this.#core.store.get(keys.plainEnded(sessionId))) !== undefined;
  }

  /** Keeps the session's messages from expiring while it has a reader. */
  async beat(sessionId: string): Promise<boolean> {
    const { store, limits } = this.#core;
    if (!(await this.isEnded(sessionId))) {
      await store.touch(keys.plainLog(sessionId), limits.sessionIdleMs);
    }
    return true;
  }
}

/** @throws {RelayError} `bad-request` */
function checkId(sessionId: string): void {
  if (!ID_FORM.test(sessionId)) {
    throw new RelayError("bad-request", "this is not a session id");
  }
}
