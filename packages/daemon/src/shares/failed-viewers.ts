import type { ViewerFailed } from "./daemon-event.ts";
import type { SessionEnd } from "../session/session-end.ts";

/** Minimum interval between two events, milliseconds: everybody with the link can cause failures, as fast as the relay accepts sessions. */
const EVENT_INTERVAL_MS = 5000;

type Failure = Omit<ViewerFailed, "others">;

/** Reports failed viewers: the first at once, then at most one every 5 s, the latest, with a count of the others. */
export class FailedViewers {
  readonly #onEvent: (event: ViewerFailed) => void;
  #latest: Failure | undefined;
  #others = 0;
  /** Runs for the interval after an event. */
  #pause: NodeJS.Timeout | undefined;

  constructor(onEvent: (event: ViewerFailed) => void) {
    this.#onEvent = onEvent;
  }

  /** @param viewer undefined if it isn't known */
  failed(shareId: string, viewer: string | undefined, end: Pick<SessionEnd, "reason" | "message" | "byeReason" | "diagnosis">): void {
    if (end.reason === "stopped") return; // Stopped by us: not a failure.
    if (this.#latest !== undefined) this.#others += 1;
    this.#latest = {
      type: "viewer-failed",
      shareId,
      ...(viewer === undefined ? {} : { viewer }),
      ...(end.reason === "bye" && GAVE_UP.has(end.byeReason ?? "") ? NO_CHANNEL : { reason: end.reason, message: end.message }),
      ...(end.diagnosis === undefined ? {} : { diagnosis: end.diagnosis }),
    };
    if (this.#pause === undefined) this.#report();
  }

  /** Reports what is not reported yet, and stops. */
  close(): void {
    if (this.#latest !== undefined) this.#report();
    clearTimeout(this.#pause);
  }

  #report(): void {
    clearTimeout(this.#pause);
    this.#pause = undefined;
    if (this.#latest === undefined) return;
    const event = { ...this.#latest, others: this.#others };
    this.#latest = undefined;
    this.#others = 0;
    this.#pause = setTimeout(() => this.#report(), EVENT_INTERVAL_MS);
    this.#pause.unref();
    this.#onEvent(event);
  }
}

/** The `bye` reasons with which our client gives up waiting for a connection. */
const GAVE_UP: ReadonlySet<string> = new Set(["no-connection", "timeout"]);
const NO_CHANNEL = { reason: "no-channel", message: "the viewer gave up: no connection was established" } as const;
