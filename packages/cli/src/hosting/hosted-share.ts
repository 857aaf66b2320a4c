/** A share that this process hosts, and those who are told about it. */
import type { DaemonEvent, ShareInfo } from "@rangecast/daemon";
import { createEventTranslator, type EventTranslator } from "../share/daemon-events.ts";
import type { ShareEvent } from "../share/report/share-event.ts";

/** Why a share ended that its terminal did not end. */
export interface TakenBack {
  /** `revoked`: its link never works again. `stopped`: the same files get the same link. */
  readonly reason: "revoked" | "stopped";
  readonly message: string;
}

/** A terminal, or what stands for it. */
export interface ShareListener {
  onEvent(event: ShareEvent): void;
  /** Called once, if the share is taken back from elsewhere. */
  onTakenBack(end: TakenBack): void;
}

/** Disconnects the viewer with this number. Does nothing if it has left. */
export type DropViewer = (viewer: number) => void;

/** A listener with its own numbers for viewers. */
export class Subscriber {
  readonly #listener: ShareListener;
  readonly #translator: EventTranslator;

  constructor(listener: ShareListener, { relay, size }: { readonly relay: string; readonly size: number }) {
    this.#listener = listener;
    this.#translator = createEventTranslator({ relay, size });
  }

  get viewers(): number {
    return this.#translator.viewers;
  }

  /** The daemon's id of the viewer with this number. */
  idOf(viewer: number): string | undefined {
    return this.#translator.idOf(viewer);
  }

  take(event: DaemonEvent): void {
    const translated = this.#translator.translate(event);
    if (translated !== undefined) this.#listener.onEvent(translated);
  }

  takenBack(end: TakenBack): void {
    this.#listener.onTakenBack(end);
  }
}

/** One share of a daemon. Several terminals may share the same thing: it ends with the last of them. */
export interface HostedShare {
  /** The same for equal requests. */
  readonly key: string;
  /** The same for requests that would get the same link. */
  readonly paths: string;
  readonly info: Promise<ShareInfo>;
  readonly subscribers: Set<Subscriber>;
}
