/* The server of port 80: answers challenges, and redirects everything else to https. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChallengeBoard, isChallengePath } from "./challenge-board.ts";

export interface ChallengeServerOptions {
  readonly board: ChallengeBoard;
  /** Where requests are redirected to: an https origin. Never one that a request names. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** Called with the server's own failures. @default ignored */
  readonly onTrouble?: ((error: unknown) => void) | undefined;
}

export interface ChallengeServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Time limit for a request's head, milliseconds. */
const HEADERS_TIMEOUT_MS = 5_000;
/** Most connections at once. More are refused. */
const MAX_CONNECTIONS = 500;
/** Longest head of a request, bytes: challenges and redirects need little. */
const MAX_HEADER_BYTES = 8_192;
const PERMANENT_REDIRECT = 308;

/**
 * Answers a request to port 80. The redirect's origin is the configured one, whatever the request's Host says, so that nobody can use it to lead elsewhere.
 * @param target of the request line: a path with its query
 */
export function answerPlain(target: string, board: ChallengeBoard, origin: string): PlainAnswer {
  const [path = ""] = target.split("?", 1);
  if (isChallengePath(path)) {
    const answer = board.httpAnswer(path);
    const headers = { "content-type": "application/octet-stream", "cache-control": "no-store" };
    return { status: answer === undefined ? 404 : 200, headers, body: answer ?? "" };
  }
  // Other forms of target (RFC 9112, 3.2.2) name a host of their own. The characters are those of a header.
  const location = /^\/[\x21-\x7e]*$/u.test(target) ? target : "/";
  return { status: PERMANENT_REDIRECT, headers: { location: `${origin}${location}` }, body: "" };
}

/** @throws the system's error if it can't listen */
export async function serveChallenges({
  board,
  origin,
  host,
  port,
  onTrouble = () => undefined,
}: ChallengeServerOptions): Promise<ChallengeServer> {
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES });
  server.maxConnections = MAX_CONNECTIONS;
  server.on("request", ({ url = "/", method }, response) => {
    const { status, headers, body } = answerPlain(url, board, origin);
    // The body of a request isn't read: the connection ends.
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body), connection: "close" });
    response.end(method === "HEAD" ? undefined : body);
  });
  server.listen(port, host);
  await once(server, "listening");
  server.on("error", onTrouble);
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
