/** Ctrl-C and its like: the first asks for a clean end, the second ends at once. */
import { ExitCode } from "./failure/exit-code.ts";
import type { StopReason } from "./share/report/share-event.ts";

const EXIT_CODES: Readonly<Record<StopReason, ExitCode>> = {
  interrupted: ExitCode.interrupted,
  terminated: ExitCode.terminated,
  hangup: ExitCode.hangup,
  "output-closed": ExitCode.outputClosed,
  error: ExitCode.unexpected,
};

const SIGNALS = [
  ["SIGINT", "interrupted"],
  ["SIGTERM", "terminated"],
  ["SIGHUP", "hangup"],
] as const;

/**
 * One Ctrl-C reaches a program that npm started twice: from the terminal, and passed on by npm (@npmcli/run-script, signal-manager.js). Within
 * this many milliseconds of the first, a second is taken for the same. Nobody presses the keys again so fast on purpose.
 */
const SAME_KEY_PRESS_MS = 400;

export interface StopSignals {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** Why it aborted. */
  readonly reason: StopReason | undefined;
  /** The exit code that goes with the reason. */
  readonly exitCode: ExitCode;
  /** Asks for the end as a signal would. */
  stop(reason: StopReason): void;
  /** Takes the handlers away. */
  close(): void;
}

export interface StopSignalsOptions {
  /** Ends the process at once, with this code. */
  readonly exit: (code: ExitCode) => void;
  /** npm stands between the terminal and us. */
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
    } else if (!underNpm || now() - first.at > SAME_KEY_PRESS_MS) exit(EXIT_CODES[reason]);
  };
  const handlers = SIGNALS.map(([name, reason]) => [name, () => stop(reason)] as const);
  for (const [name, handler] of handlers) source.on(name, handler);
  return {
    signal: controller.signal,
    get reason() {
      return first?.reason;
    },
    get exitCode() {
      return first === undefined ? ExitCode.ok : EXIT_CODES[first.reason];
    },
    stop,
    close: () => {
      for (const [name, handler] of handlers) source.off(name, handler);
    },
  };
}

/** Resolves when `signal` aborts; at once when it has. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
