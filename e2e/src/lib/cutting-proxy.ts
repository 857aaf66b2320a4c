import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface CuttingProxy {
  readonly url: string;
  /** Event streams that were cut so far. */
  readonly cuts: () => number;
  close(): Promise<void>;
}

/** A proxy before a relay that cuts every event stream after `cutMs`, in the middle of whatever it carries. */
export async function startCuttingProxy(target: string, cutMs: number): Promise<CuttingProxy> {
  let cuts = 0;
  const forward = (from: IncomingMessage, to: ServerResponse): void => {
    const onward = request(new URL(from.url ?? "/", target), { method: from.method, headers: from.headers });
    const isEventStream = from.url?.endsWith("/events") === true;
    onward.on("response", (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
      if (!isEventStream) return;
      setTimeout(() => {
        if (!to.writableEnded) cuts++;
        answer.destroy();
        to.destroy();
      }, cutMs);
    });
    onward.on("error", () => to.destroy());
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  };
  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cuts: () => cuts,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
