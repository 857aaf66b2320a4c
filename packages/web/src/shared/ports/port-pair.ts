import type { TypedPort } from "./typed-port.ts";
import type { Message } from "../messages/worker-messages.ts";

/**
 * Two connected ports within one thread. `post` calls the other end's listener before it returns, since a page that is being closed has no later turn.
 * Nothing is cloned.
 */
export function createPortPair<Here, There>(): [TypedPort<Here, There>, TypedPort<There, Here>] {
  const here = createReceiver<There>();
  const there = createReceiver<Here>();
  return [
    { post: there.receive, listen: here.listen, close: here.close },
    { post: here.receive, listen: there.listen, close: there.close },
  ];
}

/** The receiving half of one end. As with a MessagePort, messages wait for the first listener. */
function createReceiver<Received>() {
  let listener: ((message: Message<Received>) => void) | undefined;
  const waiting: Message<Received>[] = [];
  let closed = false;
  return {
    receive: (message: Message<Received>): void => {
      if (closed) return;
      if (listener) listener(message);
      else waiting.push(message);
    },
    listen: (handle: (message: Message<Received>) => void): void => {
      listener = handle;
      for (const message of waiting.splice(0)) handle(message);
    },
    close: (): void => {
      closed = true;
    },
  };
}
