import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface PrefixProxy {
  /** URL: origin and prefix. */
  readonly url: string;
  /** Requested paths, unchanged. */
  readonly paths: readonly string[];
  close(): Promise<void>;
}

/** A proxy that serves another server under a path, and removes that path from requests. Other paths are 404. */
export async function startPrefixProxy(target: string, prefix: string): Promise<PrefixProxy> {
  const paths: string[] = [];
  const server = createServer((from, to) => {
    const path = from.url ?? "/";
    paths.push(path);
    if (!path.startsWith(`${prefix}/`)) return void to.writeHead(404).end();
    const onward = request(new URL(target), { path: path.slice(prefix.length), method: from.method, headers: from.headers });
    onward.on("response", (answer) => answer.pipe(to.writeHead(answer.statusCode ?? 502, answer.headers)));
    onward.on("error", () => to.destroy());
    to.on("close", () => onward.destroy());
    from.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    paths,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
