/* `rangecast relay --domain` on loopback, and requests to it as a browser makes them: by its name, trusting a CA of the tests. */
import { request as requestHttp, type IncomingHttpHeaders, type RequestOptions } from "node:http";
import { Agent, request as requestHttps } from "node:https";
import type { TLSSocket } from "node:tls";
import type { JsonProcess } from "@rangecast/testkit/processes/json-process";
import { freePort } from "./free-port.ts";
import type { Pebble } from "./pebble.ts";
import { startRangecast } from "./rangecast.ts";

const ADDRESS = "127.0.0.1";

export interface Ports {
  readonly https: number;
  readonly http: number;
  readonly stun: number;
}

export const freePorts = async (): Promise<Ports> => ({ https: await freePort(), http: await freePort(), stun: await freePort() });

export interface DomainRelayOptions {
  readonly domains: readonly string[];
  readonly ports: Ports;
  readonly home: string;
  readonly directoryUrl: string;
  readonly caFile: string;
  readonly args?: readonly string[];
}

export function startDomainRelay({ domains, ports, home, directoryUrl, caFile, args = [] }: DomainRelayOptions): JsonProcess {
  const ca = ["--acme-directory", directoryUrl, "--acme-ca", caFile];
  const listening = [
    "--host",
    ADDRESS,
    "--port",
    String(ports.https),
    "--http-port",
    String(ports.http),
    "--stun-port",
    String(ports.stun),
  ];
  return startRangecast(["relay", ...domains.flatMap((domain) => ["--domain", domain]), ...ca, ...listening, "--json", ...args], { home });
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Serial number of the server's certificate. */
  readonly serial: string | undefined;
}

/** A request by https, on a connection that is kept if the agent keeps them. @throws if the certificate is not for the name, or not issued by the CA */
export function getHttps(domain: string, port: number, path: string, { root }: Pick<Pebble, "root">, agent?: Agent): Promise<Answer> {
  const options = {
    host: ADDRESS,
    servername: domain,
    port,
    path,
    ca: root,
    headers: { host: `${domain}:${port}` },
    agent: agent ?? false,
  };
  return answerTo(requestHttps, options);
}

/** A request by http. @param host the header */
export function getHttp(port: number, path: string, host: string): Promise<Answer> {
  return answerTo(requestHttp, { host: ADDRESS, port, path, headers: { host }, agent: false });
}

function answerTo(request: typeof requestHttp, options: RequestOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(options, (incoming) => {
      const { socket, statusCode = 0, headers } = incoming;
      const serial = "getPeerCertificate" in socket ? (socket as TLSSocket).getPeerCertificate().serialNumber : undefined;
      let text = "";
      incoming.setEncoding("utf8").on("data", (part: string) => (text += part));
      incoming.on("error", reject).on("end", () => resolve({ status: statusCode, headers, text, serial }));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
