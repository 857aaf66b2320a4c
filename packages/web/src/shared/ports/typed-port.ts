import type { Message } from "../messages/worker-messages.ts";

/** The part of a MessagePort that is used. Its own type, so that this compiles for page, engine and worker. */
export interface PortLike {
  onmessage: ((this: never, event: never) => unknown) | null;
  postMessage(message: unknown, transfer: object[]): void;
  close(): void;
}

/** A port with typed messages in each direction. */
export interface TypedPort<Sent, Received> {
  /** @param transfer objects that are moved instead of cloned: buffers, ports, channels */
  post(message: Message<Sent>, transfer?: readonly object[]): void;
  /** Replaces the listener. Messages wait for the first one. */
  listen(handle: (message: Message<Received>) => void): void;
  /** Idempotent. */
  close(): void;
}

/** Messages are not validated: MESSAGES_VERSION makes sure that both ends have the same types. */
export function createTypedPort<Sent, Received>(port: PortLike): TypedPort<Sent, Received> {
  return {
    post: (message, transfer = []) => port.postMessage(message, [...transfer]),
    listen: (handle) => {
      port.onmessage = (event: { readonly data: Message<Received> }) => handle(event.data);
    },
    close: () => port.close(),
  };
}
