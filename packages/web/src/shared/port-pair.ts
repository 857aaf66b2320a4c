import type { TypedPort } from "./typed-port.ts";
import type { Message } from "./worker-messages.ts";

/**
 * Two ends of a port within one thread. What is said at one end is heard at the other before `post` returns: a page that goes has no later turn.
 * Nothing is copied.
 */
export function createPortPair<Here, There>(): [TypedPort<Here, There>, TypedPort<There, Here>] {
  const here = createEnd<There>();
  const there = createEnd<Here>();
  return [
    { post: there.hear, listen: here.listen, close: here.close },
    { post: here.hear, listen: there.listen, close: there.close },
  ];
}

/** What one end hears: as with a MessagePort, what comes before the first listener waits. */
function createEnd<Heard>() {
  let listener: ((message: Message<Heard>) => void) | undefined;
  const waiting: Message<Heard>[] = [];
  let closed = false;
  return {
    hear: (message: Message<Heard>): void => {
      if (closed) return;
      if (listener) listener(message);
      else waiting.push(message);
    },
    listen: (handle: (message: Message<Heard>) => void): void => {
      listener = handle;
      for (const message of waiting.splice(0)) handle(message);
    },
    close: (): void => {
      closed = true;
    },
  };
}
