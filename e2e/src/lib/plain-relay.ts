import { randomUUID } from "node:crypto";
import { createSignalClient, type SignalClient } from "@rangecast/signal";
import { type RunningRelay, serveRelay } from "@rangecast/relay";

/** A relay in the base protocol's plain mode, and fresh sessions on it. */
export interface PlainRelay {
  readonly relay: RunningRelay;
  readonly key: string;
  newSession(): string;
  /** The agent's side, and when its first event stream is open. */
  agent(sessionId: string): { readonly signals: SignalClient; readonly reading: Promise<void> };
}

export async function startPlainRelay(options: Partial<Parameters<typeof serveRelay>[0]> = {}): Promise<PlainRelay> {
  const key = "a-key-of-the-base-protocol";
  const relay = await serveRelay({ host: "127.0.0.1", port: 0, apiKeys: [key], ...options });
  return {
    relay,
    key,
    newSession: () => `session-${randomUUID()}`,
    agent: (sessionId) => {
      let isReading: () => void = () => undefined;
      const reading = new Promise<void>((resolve) => (isReading = resolve));
      const watched: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        if (response.headers.get("content-type") === "text/event-stream") isReading();
        return response;
      };
      return { signals: createSignalClient({ base: relay.url, sessionId, key, side: "agent", fetch: watched }), reading };
    },
  };
}
