/* Records, in a page, how often it connects and how its connections restart ICE. */
import type { BrowserContext, Page } from "playwright-core";

/** When the steps of a restart happened, milliseconds of the page's clock. */
export interface RecordedRestart {
  /** The offer was requested from the browser. */
  readonly offeredMs: number;
  /** The browser has set the answer. */
  answeredMs?: number;
  /** The data channel received more bytes after that. */
  bytesMs?: number;
}

export interface Recording {
  /** Peer connections that were created. */
  connections: number;
  readonly restarts: RecordedRestart[];
}

declare global {
  interface Window {
    recording?: Recording;
    /** Resolves to the SHA-256 of the film, in hex. */
    restOfFilm?: () => Promise<string>;
  }
}

/** Pages that are opened later are recorded. */
export const recordRestarts = (context: BrowserContext): Promise<unknown> => context.addInitScript(record);

export const recordingOf = (page: Page): Promise<Recording> => page.evaluate(() => window.recording ?? { connections: 0, restarts: [] });

/**
 * Reads the film of a page, as its video does, and stops after some bytes.
 * @returns what reads the rest, and resolves to the SHA-256 of the whole, in hex
 */
export async function readInTwoParts(page: Page, firstBytes: number): Promise<{ readonly rest: () => Promise<string> }> {
  await page.evaluate(readFilm, firstBytes);
  return { rest: () => page.evaluate(() => window.restOfFilm?.() ?? "") };
}

/** Runs in the page. */
async function readFilm(firstBytes: number): Promise<void> {
  const { body } = await fetch(document.querySelector("video")?.currentSrc ?? "", { headers: { Range: "bytes=0-" } });
  const reader = body?.getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const readUntil = async (bytes: number): Promise<void> => {
    for (let read = 0; read < bytes;) {
      const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
      if (done || value === undefined) return;
      parts.push(value);
      read += value.byteLength;
    }
  };
  await readUntil(firstBytes);
  window.restOfFilm = async () => {
    await readUntil(Number.POSITIVE_INFINITY);
    const hash = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
    return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  };
}

/** Runs in the page. */
function record(): void {
  /** How often the received bytes are read, milliseconds. */
  const LOOK_MS = 2;
  const recording: Recording = { connections: 0, restarts: [] };
  window.recording = recording;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(config?: RTCConfiguration) {
      super(config);
      recording.connections += 1;
    }

    override createOffer(options?: unknown): Promise<RTCSessionDescriptionInit & void> {
      const offer = options as RTCOfferOptions | undefined;
      if (offer?.iceRestart === true) recording.restarts.push({ offeredMs: performance.now() });
      return super.createOffer(offer) as Promise<RTCSessionDescriptionInit & void>;
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      const restart = recording.restarts.at(-1);
      await super.setRemoteDescription(description);
      if (restart === undefined || restart.answeredMs !== undefined) return;
      restart.answeredMs = performance.now();
      const before = await this.receivedBytes();
      const look = async (): Promise<void> => {
        if ((await this.receivedBytes()) === before) return void setTimeout(() => void look(), LOOK_MS);
        restart.bytesMs = performance.now();
      };
      void look();
    }

    async receivedBytes(): Promise<number> {
      let bytes = 0;
      (await this.getStats()).forEach((entry: { type: string; bytesReceived?: number }) => {
        if (entry.type === "data-channel") bytes += entry.bytesReceived ?? 0;
      });
      return bytes;
    }
  };
}
