import type { ViewerFailed } from "./daemon-event.ts";
import type { SessionEnd } from "../session/session-end.ts";

/** Shortest time between two that are told, milliseconds: whoever has the link can cause them as fast as the relay lets in. */
const TELL_INTERVAL_MS = 5000;

type Failure = Omit<ViewerFailed, "others">;

/** Tells of viewers that came to nothing: the first at once, then the latest each few seconds with a count of the others. */
export class FailedViewers {
  readonly #onEvent: (event: ViewerFailed) => void;
  #latest: Failure | undefined;
  #others = 0;
  /** Runs while nothing may be told. */
  #resting: NodeJS.Timeout | undefined;

  constructor(onEvent: (event: ViewerFailed) => void) {
    this.#onEvent = onEvent;
  }

  /** @param viewer undefined where it isn't known */
  failed(shareId: string, viewer: string | undefined, end: Pick<SessionEnd, "reason" | "message" | "word" | "diagnosis">): void {
    if (end.reason === "stopped") return; // Our own doing.
    if (this.#latest !== undefined) this.#others += 1;
    this.#latest = {
      type: "viewer-failed",
      shareId,
      ...(viewer === undefined ? {} : { viewer }),
      ...(end.reason === "bye" && GAVE_UP.has(end.word ?? "") ? NO_CHANNEL : { reason: end.reason, message: end.message }),
      ...(end.diagnosis === undefined ? {} : { diagnosis: end.diagnosis }),
    };
    if (this.#resting === undefined) this.#tell();
  }

  /** Tells what is still untold, and stops. */
  close(): void {
    if (this.#latest !== undefined) this.#tell();
    clearTimeout(this.#resting);
  }

  #tell(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    if (this.#latest === undefined) return;
    const event = { ...this.#latest, others: this.#others };
    this.#latest = undefined;
    this.#others = 0;
    this.#resting = setTimeout(() => this.#tell(), TELL_INTERVAL_MS);
    this.#resting.unref();
    this.#onEvent(event);
  }
}

/** Byes of our client that mean: I waited, and no connection came about. */
const GAVE_UP: ReadonlySet<string> = new Set(["no-connection", "timeout"]);
const NO_CHANNEL = { reason: "no-channel", message: "the viewer gave up: no connection came about" } as const;
