import type { ShareLink } from "@rangecast/signal";
import { diagnose, type Trouble } from "../doctor/diagnose.ts";
import { whatToDiagnose } from "./remote-refusal.ts";
import { watchSlowStart } from "./slow-start.ts";

/** Looks for what keeps this computer from reaching the relay or the host of a link. */
export class LinkDiagnosis {
  readonly #link: ShareLink;
  /** What the doctor's checks found while the start was slow. */
  #trouble: Trouble | undefined;
  /** The checks of the relay have run and found nothing. */
  #relayWorks = false;

  constructor(link: ShareLink) {
    this.#link = link;
  }

  /** Checks the relay if the start is slow. @returns a function that stops it */
  watchStart(onTrouble: (trouble: Trouble) => void): () => void {
    return watchSlowStart({
      look: async (signal) => {
        const trouble = await diagnose({ relay: this.#link.relay, signal });
        this.#relayWorks = !signal.aborted && trouble === undefined;
        return trouble;
      },
      onTrouble: (trouble) => {
        this.#trouble = trouble;
        onTrouble(trouble);
      },
    });
  }

  /** What the checks find that may have caused the failure; undefined if nothing. */
  async findTrouble(error: unknown, signal: AbortSignal): Promise<Trouble | undefined> {
    const what = whatToDiagnose(error);
    if (what === undefined || this.#trouble !== undefined || (what === "relay" && this.#relayWorks)) return this.#trouble;
    return diagnose({ relay: this.#link.relay, ...(what === "path" ? { link: this.#link } : {}), signal });
  }
}
