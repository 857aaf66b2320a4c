/** One share of the process in the background: shared until it is taken back or has ended, and tried again when that fails. */
import { backoffMs, type BackoffPolicy, onAbort, sleep } from "@rangecast/base";
import type { TermsChange } from "@rangecast/daemon";
import type { Context } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { exitCodeOf } from "../failure/exit-code.ts";
import type { Sharer } from "../hosting/sharer.ts";
import type { Logger } from "../output/logger.ts";
import { makePlan } from "../share/plan.ts";
import { createOrderedReporter } from "../share/report/ordered-reporter.ts";
import type { ShareReporter } from "../share/report/share-event.ts";
import { sharePlan } from "../share/share-plan.ts";
import { flagsOfSaved, type SavedFlags } from "./saved-flags.ts";

/** Pauses after a share failed: its disk may be missing, or its relay. */
const PAUSES: BackoffPolicy = { firstMs: 2000, longestMs: 5 * 60_000, shorter: 0.25 };

export interface KeptShare {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly flags: SavedFlags;
  readonly terms?: TermsChange;
  /** The port of its link, if this computer served the relay. */
  readonly linkPort?: number;
}

export interface KeepSharingOptions {
  readonly sharer: Sharer;
  readonly context: Context;
  readonly logger: Logger;
  readonly report: ShareReporter;
  /** Whether it is still to be shared, before each attempt after the first. */
  readonly isWanted: () => Promise<boolean>;
  /** If the first attempt fails, the share is given up, and the process that asked is told why. */
  readonly onFirstFailure?: (error: CliError) => void;
}

/** Resolves when the share is taken back, no longer wanted, or the process stops. */
export async function keepSharing(kept: KeptShare, options: KeepSharingOptions): Promise<void> {
  const { context, logger, isWanted, onFirstFailure } = options;
  const { signal } = context.stop;
  for (let failures = 0; !signal.aborted;) {
    try {
      return await shareOnce(kept, options);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (failures === 0 && onFirstFailure !== undefined) return onFirstFailure(error);
      failures += 1;
      logger.warn("a share can't be shared yet", { path: kept.paths[0], error });
      await sleep(backoffMs(failures, PAUSES), signal).catch(() => undefined);
      if (!(await isWanted())) return;
    }
  }
}

async function shareOnce(share: KeptShare, { sharer, context, logger, report }: KeepSharingOptions): Promise<void> {
  const { paths, flags, terms, linkPort } = share;
  const plan = await makePlan(paths, flagsOfSaved(flags), context);
  if (plan === undefined) return;
  const kept = {
    keep: true,
    settings: { ...flags },
    ...(terms === undefined ? {} : { terms }),
    ...(linkPort === undefined ? {} : { linkPort }),
  };
  await sharePlan({ plan, sharer, report: createOrderedReporter(report), logger, kept }, context);
}

/** A context with an end of its own, which is not that of the process. */
export function withOwnStop(context: Context): { readonly context: Context; readonly stop: () => void; readonly close: () => void } {
  const controller = new AbortController();
  const close = onAbort(context.stop.signal, () => controller.abort());
  if (context.stop.signal.aborted) controller.abort();
  const stop = (): void => controller.abort();
  const signals = { signal: controller.signal, reason: "terminated", exitCode: exitCodeOf("terminated"), stop, close } as const;
  return { context: { ...context, stop: signals }, stop, close };
}
