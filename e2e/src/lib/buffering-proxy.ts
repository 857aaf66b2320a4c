import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** In a response of JSON. */
const FEATURES = /,"features":\[[^\]]*\]/u;

export interface BufferingProxy {
  readonly url: string;
  close(): Promise<void>;
}

export interface BufferingProxyOptions {
  /** Removes what the relay announces, as if it were an older one. @default false */
  readonly hidesFeatures?: boolean;
}

/** A proxy in front of a relay that holds back each response until its end, like one with buffering enabled. */
export async function startBufferingProxy(target: string, { hidesFeatures = false }: BufferingProxyOptions = {}): Promise<BufferingProxy> {
  const forward = (from: IncomingMessage, to: ServerResponse): void => {
    const onward = request(new URL(from.url ?? "/", target), { method: from.method, headers: from.headers });
    onward.on("response", (answer) => {
      const kept: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => kept.push(chunk));
      answer.on("end", () => {
        const headers: OutgoingHttpHeaders = { ...answer.headers, server: "nginx" };
        let body = Buffer.concat(kept);
        if (hidesFeatures) {
          delete headers["rangecast-features"];
          delete headers["content-length"];
          body = Buffer.from(body.toString("latin1").replace(FEATURES, ""), "latin1");
        }
        to.writeHead(answer.statusCode ?? 502, headers);
        to.end(body);
      });
    });
    onward.on("error", () => to.destroy());
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  };
  const proxy = createServer(forward);
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
