/** Opens a tunnel once: runs its program, finds its address, and checks that the address leads here. */
import { abortable, createDeferred, onAbort, sleep, startTimer } from "@rangecast/base";
import { addressesIn } from "./addresses-in.ts";
import { untilItLeadsHere } from "./check-address.ts";
import { type RunningProgram, runProgram } from "./run-program.ts";
import { cannotStart, endedEarly, leadsElsewhere, noAddress } from "./tunnel-failure.ts";
import { argumentsFor, type TunnelProgram } from "./tunnel-options.ts";

/** How long a program may take to print its address, milliseconds: cloudflared takes five seconds, a sign-in of ssh up to fifteen. */
const ADDRESS_MS = 30_000;
/** How long an address may take to lead here, milliseconds: a new name in DNS takes up to half a minute. */
const ANSWER_MS = 60_000;
/** Most addresses of one program that are tried: the tunnel's, and a few of its documentation. */
const MAX_ADDRESSES = 8;

export interface OpenTunnelOptions {
  /** Undefined if somebody else runs the tunnel. */
  readonly program: TunnelProgram | undefined;
  /** The address, if it is known; then no other one is looked for. */
  readonly url: string | undefined;
  /** Port of the relay on loopback. */
  readonly port: number;
  /** What the relay answers to a check. */
  readonly nonce: string;
  readonly signal: AbortSignal;
  /** Milliseconds. @default 30,000 */
  readonly addressMs?: number;
  /** Milliseconds. @default 60,000 */
  readonly answerMs?: number;
}

export interface OpenTunnel {
  /** An origin. */
  readonly address: string;
  /** Whether it tells its clients' addresses in `X-Forwarded-For`. */
  readonly forwards: boolean;
  /** Aborts when its program has ended. */
  readonly ended: AbortSignal;
  /** How the program ended: a clause. */
  readonly howItEnded: string;
  close(): Promise<void>;
}

type Found = Pick<OpenTunnel, "address" | "forwards">;

/** @throws CliError `tunnel-failed`; the signal's reason when it aborts */
export async function openTunnel(options: OpenTunnelOptions): Promise<OpenTunnel> {
  const { program, url, port, signal } = options;
  signal.throwIfAborted();
  const search = new Search(options);
  try {
    if (url !== undefined) search.tryAddress(url);
    if (program === undefined) {
      const found = await abortable(search.found, signal);
      return { ...found, ended: new AbortController().signal, howItEnded: "", close: async () => undefined };
    }
    const running = await runProgram({
      program: program.program,
      args: argumentsFor(program, port),
      onLine: (line) => {
        if (url === undefined) for (const address of addressesIn(line, program.known)) search.tryAddress(address);
      },
    }).catch((cause: unknown) => {
      throw cannotStart(program, cause);
    });
    try {
      search.watch(running, program);
      const found = await abortable(search.found, signal);
      return Object.assign(running, found);
    } catch (error) {
      await running.close();
      throw error;
    }
  } finally {
    search.end();
  }
}

/** The search for an address that leads here. */
class Search {
  readonly #options: OpenTunnelOptions;
  readonly #result = createDeferred<Found>();
  readonly #over = new AbortController();
  readonly #tried = new Set<string>();
  #stopTimer: () => void = () => undefined;
  #unwatch: () => void = () => undefined;

  constructor(options: OpenTunnelOptions) {
    this.#options = options;
  }

  /** @throws CliError `tunnel-failed` */
  get found(): Promise<Found> {
    return this.#result.promise;
  }

  /** Tries an address until it leads here, beside those that are being tried. */
  tryAddress(address: string): void {
    if (this.#tried.has(address) || this.#tried.size >= MAX_ADDRESSES || this.#over.signal.aborted) return;
    this.#tried.add(address);
    const { nonce, answerMs = ANSWER_MS, program } = this.#options;
    let last = "it does not answer";
    this.#stopTimer();
    // Starts again with each address: the first one may be of the documentation.
    this.#stopTimer = startTimer(answerMs, () => this.#result.reject(leadsElsewhere(address, answerMs, last, program)));
    const { signal } = this.#over;
    const settled = sleep(program?.known?.settleMs ?? 0, signal);
    settled
      .then(() => untilItLeadsHere({ address, nonce, signal }, (found) => (last = found)))
      .then(
        ({ forwards }) => this.#result.resolve({ address, forwards }),
        // Only at the end of the search.
        () => undefined,
      );
  }

  /** Fails if the program ends, or prints no address. */
  watch(running: RunningProgram, program: TunnelProgram): void {
    const { addressMs = ADDRESS_MS } = this.#options;
    const fail = (): void => this.#result.reject(endedEarly(program, running.howItEnded, running.lastLines));
    if (running.ended.aborted) fail();
    this.#unwatch = onAbort(running.ended, fail);
    if (this.#tried.size > 0) return;
    this.#stopTimer = startTimer(addressMs, () => this.#result.reject(noAddress(program, addressMs, running.lastLines)));
  }

  end(): void {
    this.#stopTimer();
    this.#unwatch();
    this.#over.abort();
  }
}
