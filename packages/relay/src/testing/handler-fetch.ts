import type { Relay } from "../relay.ts";
import { ADDRESS } from "./relay-fixture.ts";

/**
 * A relay's handler as its clients' `fetch`, without sockets. As with a socket, aborting a request breaks off its response.
 * @param relay the current relay; undefined if its machine is down
 */
export function handlerFetch(relay: () => Relay | undefined): typeof fetch {
  return async (input, init) => {
    const answering = relay();
    if (answering === undefined) {
      throw new TypeError("fetch failed");
    }
    const { signal, ...rest } = init ?? {};
    signal?.throwIfAborted();
    const request = new Request(input, rest);
    const response = await answering.fetch(request, { address: ADDRESS });
    if (response.body === null || signal === null || signal === undefined) {
      return response;
    }
    return new Response(breakable(response.body, signal), response);
  };
}

function breakable(body: ReadableStream<Uint8Array<ArrayBuffer>>, signal: AbortSignal): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let stop: () => void = () => undefined;
  return new ReadableStream({
    start: (controller) => {
      stop = () => {
        controller.error(signal.reason);
        reader.cancel(signal.reason).catch(() => undefined);
      };
      signal.addEventListener("abort", stop, { once: true });
    },
    pull: async (controller) => {
      const { done, value } = await reader.read();
      if (signal.aborted) {
        return;
      }
      if (done) {
        signal.removeEventListener("abort", stop);
        controller.close();
      } else {
        controller.enqueue(value);
      }
    },
    cancel: async (reason) => {
      signal.removeEventListener("abort", stop);
      await reader.cancel(reason);
    },
  });
}
