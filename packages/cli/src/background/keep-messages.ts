/** What `rangecast share --background` says to the process in the background, and hears from it. */
import type { TermsChange } from "@rangecast/daemon";
import * as v from "valibot";
import type { ShareEvent } from "../share/report/share-event.ts";
import { type SavedFlags, savedFlagsSchema } from "./saved-flags.ts";

/** The place of the process that shares in the background. */
export const SERVICE_PLACE = "service";

/** Raised when a message changes its meaning. */
export const KEEP_PROTOCOL = 1;

/** Longest path, characters, and most of them. */
const MAX_PATH = 4096;
const MAX_PATHS = 10_000;

/** Share these paths from now on, also after a restart. */
export interface KeepAsk {
  readonly protocol: number;
  /** Absolute. */
  readonly paths: readonly string[];
  readonly flags: SavedFlags;
  readonly terms?: TermsChange;
}

const term = v.exactOptional(v.union([v.number(), v.literal("none")]));

export const keepAskSchema: v.GenericSchema<unknown, KeepAsk> = v.object({
  protocol: v.number(),
  paths: v.pipe(v.array(v.pipe(v.string(), v.maxLength(MAX_PATH))), v.minLength(1), v.maxLength(MAX_PATHS)),
  flags: savedFlagsSchema,
  terms: v.exactOptional(v.object({ expiresMs: term, maxViewers: term, maxDownloads: term })),
});

export type KeepTell =
  /** The first event is `ready`. Then the share goes on without the process that asked. */
  { readonly type: "event"; readonly event: ShareEvent } | { readonly type: "refused"; readonly reason: string; readonly message: string };

export const keepTellSchema: v.GenericSchema<unknown, KeepTell> = v.variant("type", [
  v.object({
    type: v.literal("event"),
    event: v.pipe(
      v.looseObject({ event: v.string() }),
      v.transform((value) => value as object as ShareEvent),
    ),
  }),
  v.object({ type: v.literal("refused"), reason: v.string(), message: v.string() }),
]);
