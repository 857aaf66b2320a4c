import type { Message } from "./worker-messages.ts";

/** What is used of a MessagePort, so that this compiles for page, engine and worker alike. */
export interface PortLike {
  onmessage: ((this: never, event: never) => unknown) | null;
  postMessage(message: unknown, transfer: object[]): void;
  close(): void;
}

/** A port that knows what may be said on it, and by whom. */
export interface TypedPort<Sent, Received> {
  /** @param transfer what changes hands instead of being copied: buffers, ports, channels */
  post(message: Message<Sent>, transfer?: readonly object[]): void;
  /** Replaces the listener; messages that came before the first one have waited. */
  listen(handle: (message: Message<Received>) => void): void;
  /** Idempotent. */
  close(): void;
}

/** Both ends come of one build (MESSAGES_VERSION sees to that), so the types hold without a look at the bytes. */
export function createTypedPort<Sent, Received>(port: PortLike): TypedPort<Sent, Received> {
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    listen: (handle) => {
      port.onmessage = (event: { readonly data: Message<Received> }) => handle(event.data);
    },
    close: () => port.close(),
  };
}
