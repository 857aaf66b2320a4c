/** The events of `rangecast open`. They are also the lines of `--json`, so a field never changes its name or meaning. */
import type { LanAddresses } from "../../lan/serve-lan.ts";
import type { StateEvent } from "../../remote/state-events.ts";
import type { StopReason } from "../../stop-signals.ts";

export type OpenEvent =
  | StateEvent
  | OpenReadyEvent
  /** There is no connection yet, and a check of the doctor found a problem: the check's name, a clause, and what to do. */
  | { readonly event: "trouble"; readonly check: string; readonly found: string; readonly advice: string }
  /** The file changed on the host. The address serves the new version from now on. */
  | { readonly event: "changed"; readonly size: number }
  /** The player that was started has ended, with this exit code; null if a signal ended it. */
  | { readonly event: "player-ended"; readonly code: number | null }
  | { readonly event: "stopped"; readonly reason: StopReason };

export interface OpenReadyEvent extends Partial<LanAddresses> {
  readonly event: "ready";
  /** The file's address on this computer; of a folder, the index. It contains a secret. */
  readonly url: string;
  /** The page for browsers on this computer. */
  readonly page: string;
  /** The name that the host gave the file. It may contain any characters. */
  readonly name: string;
  /** Bytes; absent of a folder, and if the host doesn't know the size. */
  readonly size?: number;
  /** It is a folder; absent otherwise. */
  readonly folder?: true;
  /** As reported by the host. */
  readonly mediaType?: string;
  /** What the user should know, one or two sentences each. */
  readonly notices: readonly string[];
}

export type OpenReporter = (event: OpenEvent) => void;
