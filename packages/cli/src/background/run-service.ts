/** `rangecast service run`: shares what is kept, in one process without a terminal, and what `share --background` adds to it. */
import type { Socket } from "node:net";
import { createDeferred, sleep } from "@rangecast/base";
import { type IdentityStore, type ShareRecord } from "@rangecast/daemon";
import { parseLink } from "@rangecast/signal";
import * as v from "valibot";
import { userFolders } from "../config/folders.ts";
import { type Context, volumeOf } from "../context.ts";
import { CliError } from "../failure/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../failure/exit-code.ts";
import { printable } from "../format.ts";
import { portOf } from "../hosting/endpoint.ts";
import { transportOf } from "../hosting/messages.ts";
import { Sharer } from "../hosting/sharer.ts";
import { MessageSocket } from "../local-socket/message-socket.ts";
import { type OwnPlace, takePlace } from "../local-socket/place.ts";
import { openSocketFolder } from "../local-socket/socket-folder.ts";
import type { Logger } from "../output/logger.ts";
import { aborted } from "../stop-signals.ts";
import type { ReadyEvent, ShareEvent } from "../share/report/share-event.ts";
import { openStore } from "../share/run-share.ts";
import { type KeepAsk, keepAskSchema, KEEP_PROTOCOL, type KeepTell, SERVICE_PLACE } from "./keep-messages.ts";
import { type KeptShare, keepSharing, type KeepSharingOptions, withOwnStop } from "./kept-share.ts";
import { savedFlagsSchema } from "./saved-flags.ts";

export interface ServiceRunFlags {
  readonly verbose?: boolean;
  /** Stay for a moment although nothing is kept: `share --background` is about to ask. */
  readonly wait?: boolean;
}

/** How long the process waits for the first share, if it is started for one, milliseconds. */
const FIRST_ASK_MS = 30_000;

/** @returns when nothing is left to share, or at the stop signal. @throws CliError */
export async function runService(flags: ServiceRunFlags, context: Context): Promise<ExitCode> {
  const { stateFolder } = await userFolders();
  const logger = context.createLogger(volumeOf(flags));
  const { store } = await openStore(stateFolder, "What is kept");
  const place = await takePlace(await openSocketFolder(stateFolder), SERVICE_PLACE);
  if (place.kind === "taken") {
    place.socket.destroy();
    throw new CliError("already-running", "The service runs already: what is kept is shared by another process. To see it: rangecast list");
  }
  const transport = transportOf(context.env);
  const sharer = new Sharer({ stateFolder, openStore: () => openStore(stateFolder, "What is kept"), transport, logger });
  const service = new Service({ place: place.place, sharer, store, logger, context });
  try {
    await service.run(flags.wait === true ? FIRST_ASK_MS : 0);
  } finally {
    await sharer.close();
    await place.place.close();
  }
  return context.stop.signal.aborted ? context.stop.exitCode : exitCodeOf("ok");
}

interface ServiceOptions {
  readonly place: OwnPlace;
  readonly sharer: Sharer;
  readonly store: IdentityStore;
  readonly logger: Logger;
  readonly context: Context;
}

/** A share of this process. */
interface Running {
  readonly kept: KeptShare;
  /** Its last `ready`. */
  ready?: ReadyEvent;
  /** Ends it. */
  readonly stop: () => void;
  readonly ended: Promise<void>;
}

class Service {
  readonly #options: ServiceOptions;
  /** By their paths, so that the same share isn't kept twice. */
  readonly #shares = new Map<string, Running>();
  readonly #idle = createDeferred<undefined>();

  constructor(options: ServiceOptions) {
    this.#options = options;
    options.place.accept((socket) => this.#listen(socket));
  }

  /** @param waitMs how long to stay without a share */
  async run(waitMs: number): Promise<void> {
    const { store, context } = this.#options;
    const { signal } = context.stop;
    for (const record of await store.links.list()) {
      const kept = keptOf(record);
      if (kept !== undefined) this.#add(kept);
    }
    if (this.#shares.size === 0) await Promise.race([sleep(waitMs, signal).catch(() => undefined), this.#idle.promise]);
    if (this.#shares.size > 0) await Promise.race([this.#idle.promise, aborted(signal)]);
    await Promise.allSettled([...this.#shares.values()].map(({ ended }) => ended));
  }

  #listen(socket: Socket): void {
    let isFirst = true;
    const messages = new MessageSocket<KeepAsk>(socket, keepAskSchema, (ask) => {
      if (isFirst && ask.protocol === KEEP_PROTOCOL) void this.#keep(ask, (tell) => messages.send(tell));
      else messages.destroy();
      isFirst = false;
    });
  }

  async #keep({ paths, flags, terms = {} }: KeepAsk, tell: (message: KeepTell) => void): Promise<void> {
    const running = this.#shares.get(keyOf(paths));
    const isSame = JSON.stringify([running?.kept.flags, {}]) === JSON.stringify([flags, terms]);
    if (running?.ready !== undefined && isSame) return tell({ type: "event", event: running.ready });
    // It goes on with the other options.
    running?.stop();
    await running?.ended;
    this.#add(
      { paths, flags, terms },
      {
        report: (event) => tell({ type: "event", event }),
        onFirstFailure: ({ reason, message }) => tell({ type: "refused", reason, message }),
      },
    );
  }

  #add(kept: KeptShare, { report, onFirstFailure }: Partial<Pick<KeepSharingOptions, "report" | "onFirstFailure">> = {}): void {
    const { sharer, context, logger, store } = this.#options;
    const key = keyOf(kept.paths);
    const own = withOwnStop(context);
    const options: KeepSharingOptions = {
      sharer,
      context: own.context,
      logger,
      report: (event) => {
        const line = lineOf(event);
        if (line !== undefined) context.terminal.print(line);
        if (event.event === "ready") running.ready = event;
        report?.(event);
      },
      isWanted: async () => (await store.links.list()).some((record) => isKept(record) && keyOf(record.request.path) === key),
      ...(onFirstFailure === undefined ? {} : { onFirstFailure }),
    };
    const ended = keepSharing(kept, options)
      .catch((error: unknown) => logger.error("a share failed", { error }))
      .finally(() => {
        own.close();
        if (this.#shares.get(key) === running) this.#shares.delete(key);
        if (this.#shares.size === 0) this.#idle.resolve(undefined);
      });
    const running: Running = { kept, stop: own.stop, ended };
    this.#shares.set(key, running);
  }
}

function keyOf(paths: readonly string[]): string {
  return paths.join("\0");
}

function isKept({ keep, ended }: ShareRecord): boolean {
  return keep && ended === undefined;
}

function keptOf(record: ShareRecord): KeptShare | undefined {
  if (!isKept(record)) return undefined;
  const flags = v.safeParse(savedFlagsSchema, record.settings);
  if (!flags.success) return undefined;
  const port = record.link === undefined || flags.output.relay !== undefined ? {} : { linkPort: portOf(parseLink(record.link).relay) };
  return { paths: record.request.path, flags: flags.output, ...port };
}

/** For the log, without the link, which is a secret. */
function lineOf(event: ShareEvent): string | undefined {
  switch (event.event) {
    case "ready":
      return `Sharing ${printable(event.name)}`;
    case "viewer-failed":
    case "error":
    case "trouble":
      return `${event.event}: ${printable("message" in event ? event.message : event.found)}`;
    default:
      return undefined;
  }
}
