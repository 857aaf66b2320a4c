/* Stands in front of a CA, passes on what it gets, and may refuse orders as a CA with a rate limit does. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import type { Pebble } from "./pebble.ts";

export interface AcmeFront {
  readonly directoryUrl: string;
  /** Number of orders that it got. */
  readonly orders: number;
  /** Refuses orders from now on, with `Retry-After`, seconds. */
  limit(retryAfter: number): void;
  close(): Promise<void>;
}

const NEW_ORDER = "/order-plz";
const TOO_MANY = 429;
const PROBLEM = { type: "urn:ietf:params:acme:error:rateLimited", detail: "too many certificates already issued", status: TOO_MANY };

export async function startAcmeFront({ port, tls }: Pick<Pebble, "port" | "tls">): Promise<AcmeFront> {
  let [orders, retryAfter]: [number, number | undefined] = [0, undefined];
  const server = createServer(tls, (incoming, response) => {
    if (incoming.url === NEW_ORDER) {
      orders += 1;
      if (retryAfter !== undefined) {
        response.writeHead(TOO_MANY, { "content-type": "application/problem+json", "retry-after": String(retryAfter) });
        response.end(JSON.stringify(PROBLEM));
        return;
      }
    }
    passOn(incoming, response, port, tls.cert);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    directoryUrl: `https://localhost:${(server.address() as AddressInfo).port}/dir`,
    get orders() {
      return orders;
    },
    limit: (seconds) => {
      retryAfter = seconds;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** With the Host that it came with: Pebble's addresses are those of its requests. */
function passOn(incoming: IncomingMessage, response: ServerResponse, port: number, ca: string): void {
  const { method, url, headers } = incoming;
  const outgoing = request(
    { host: "localhost", family: 4, port, ca, method, path: url, headers, agent: false },
    (answer: IncomingMessage) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    },
  );
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
}
