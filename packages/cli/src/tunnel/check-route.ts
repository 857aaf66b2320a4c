/** What the relay answers when the share asks for it through the tunnel: a nonce, which shows that the tunnel leads here. */
import { createSecret } from "../local-server/secret.ts";

/** A well-known path (RFC 8615): no page has it. */
export const CHECK_PATH = "/.well-known/rangecast-tunnel";
/** Sent as `X-Forwarded-For` with a check: an address for documentation (RFC 5737), from which nobody can come. */
export const FORGED_ADDRESS = "192.0.2.1";

type Fetch = (request: Request) => Promise<Response>;

/** The server's side of the check. */
export class CheckRoute {
  /** Not a secret: everybody may ask for it. A server elsewhere can't know it before. */
  readonly nonce: string = createSecret();

  /** Answers checks, and passes all other requests on. */
  before(others: Fetch): Fetch {
    return async (request) => (new URL(request.url).pathname === CHECK_PATH ? this.#answer(request) : others(request));
  }

  #answer(request: Request): Response {
    const last = request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
    // A proxy that appends its client's address, or replaces the header, can be trusted; one that passes on what the client sent can't.
    const forwards = last !== undefined && last !== "" && last !== FORGED_ADDRESS;
    return new Response(`${this.nonce} ${forwards ? FORWARDS : "-"}`, {
      headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
    });
  }
}

/** In an answer: the tunnel tells its clients' addresses. */
export const FORWARDS = "forwards";
