/** Handles Ctrl-C and similar signals: the first asks for a clean shutdown, the second exits at once. */
import { type ExitCode, exitCodeOf } from "./failure/exit-code.ts";

/** Why the program ends: Ctrl-C, SIGTERM, its terminal closed, or nobody reads its output any more. */
export type StopReason = "interrupted" | "terminated" | "hangup" | "output-closed";

const SIGNALS = [
  ["SIGINT", "interrupted"],
  ["SIGTERM", "terminated"],
  ["SIGHUP", "hangup"],
] as const;

/**
 * A program started by npm receives one Ctrl-C twice: from the terminal, and forwarded by npm (@npmcli/run-script, signal-manager.js). A second signal
 * within this many milliseconds counts as the same one: nobody presses the keys again so fast on purpose.
 */
const SAME_KEY_PRESS_MS = 400;

export interface StopSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Why it aborted. */
  readonly reason: StopReason | undefined;
  /** The exit code that goes with the reason. */
  readonly exitCode: ExitCode;
  /** Does what a signal would do. */
  stop(reason: StopReason): void;
  /** Removes the handlers. */
  close(): void;
}

export interface StopSignalsOptions {
  /** Exits the process at once, with this code. */
  readonly exit: (code: ExitCode) => void;
  /** Whether npm started this process. */
  readonly underNpm: boolean;
  /** @default process */
  readonly process?: Pick<NodeJS.Process, "on" | "off">;
  /** Milliseconds. @default performance.now */
  readonly now?: () => number;
}

export function listenForStop({
  exit,
  underNpm,
  process: source = process,
  now = () => performance.now(),
}: StopSignalsOptions): StopSignals {
  const controller = new AbortController();
  let first: { readonly reason: StopReason; readonly at: number } | undefined;
  const stop = (reason: StopReason): void => {
    if (first === undefined) {
      first = { reason, at: now() };
      controller.abort(reason);
    } else if (!underNpm || now() - first.at > SAME_KEY_PRESS_MS) exit(exitCodeOf(reason));
  };
  const handlers = SIGNALS.map(([name, reason]) => [name, () => stop(reason)] as const);
  for (const [name, handler] of handlers) source.on(name, handler);
  return {
    signal: controller.signal,
    get reason() {
      return first?.reason;
    },
    get exitCode() {
      return exitCodeOf(first?.reason ?? "ok");
    },
    stop,
    close: () => {
      for (const [name, handler] of handlers) source.off(name, handler);
    },
  };
}

/** Resolves when `signal` aborts; at once if it has aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
