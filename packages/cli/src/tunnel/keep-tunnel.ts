/** Watches a tunnel, and opens it again when it is gone. */
import { backoffMs, type BackoffPolicy, sleep } from "@rangecast/base";
import type { Logger } from "../output/logger.ts";
import type { CheckResult } from "./check-address.ts";
import type { OpenTunnel } from "./open-tunnel.ts";

/** Interval at which it is checked whether the address still leads here, milliseconds. */
const CHECK_EVERY_MS = 30_000;
/** Failed checks in a row after which the tunnel counts as gone: one may be lost by chance. */
const GONE_AFTER_CHECKS = 2;
/** Failed checks in a row after which its program is started again, although it runs: five minutes. Until then it may connect again by itself, with its address. */
const RESTART_AFTER_CHECKS = 10;
/** Pauses before the program is started again. */
const PAUSES: BackoffPolicy = { firstMs: 1000, longestMs: 60_000, shorter: 0.25 };
/** A tunnel that lives as long counts as a success: its next failure is the first one, milliseconds. */
const STABLE_MS = 60_000;

export type TunnelChange =
  /** The address leads nowhere. `why`: a clause. */
  | { readonly type: "gone"; readonly why: string }
  /** An address leads here, the same or another one. */
  | { readonly type: "back"; readonly tunnel: OpenTunnel };

export interface KeepTunnelOptions {
  readonly open: (signal: AbortSignal) => Promise<OpenTunnel>;
  readonly check: (address: string, signal: AbortSignal) => Promise<CheckResult>;
  /** Whether there is a program to start again. */
  readonly canRestart: boolean;
  readonly onChange: (change: TunnelChange) => void;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Runs until `signal` aborts, and then closes the tunnel. */
export async function keepTunnel(first: OpenTunnel, options: KeepTunnelOptions): Promise<void> {
  const { signal, now = () => performance.now() } = options;
  let tunnel = first;
  let failures = 0;
  try {
    for (;;) {
      const openedAt = now();
      await untilGone(tunnel, options);
      await tunnel.close();
      if (now() - openedAt >= STABLE_MS) failures = 0;
      tunnel = await openAgain(options, failures);
      failures += 1;
      options.onChange({ type: "back", tunnel });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await tunnel.close();
  }
}

/** Resolves when the tunnel must be opened again. @throws the signal's reason */
async function untilGone(tunnel: OpenTunnel, { check, canRestart, onChange, signal }: KeepTunnelOptions): Promise<void> {
  const over = AbortSignal.any([signal, tunnel.ended]);
  let failed = 0;
  for (;;) {
    await sleep(CHECK_EVERY_MS, over).catch(() => undefined);
    signal.throwIfAborted();
    if (tunnel.ended.aborted) break;
    const result = await check(tunnel.address, signal);
    if (result.leadsHere) {
      if (failed >= GONE_AFTER_CHECKS) onChange({ type: "back", tunnel });
      failed = 0;
    } else {
      failed += 1;
      if (failed === GONE_AFTER_CHECKS) onChange({ type: "gone", why: result.found });
      if (failed >= RESTART_AFTER_CHECKS && canRestart) return;
    }
  }
  if (failed < GONE_AFTER_CHECKS) onChange({ type: "gone", why: tunnel.howItEnded });
}

/** @param failures how often it ended soon before */
async function openAgain({ open, signal, logger }: KeepTunnelOptions, failures: number): Promise<OpenTunnel> {
  for (let attempt = failures + 1; ; attempt += 1) {
    await sleep(backoffMs(attempt, PAUSES), signal);
    try {
      return await open(signal);
    } catch (error) {
      signal.throwIfAborted();
      logger.info("the tunnel can't be opened again yet", { error });
    }
  }
}
