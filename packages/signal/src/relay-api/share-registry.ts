import type { Identity } from "../link/identity.ts";
import { parseAs } from "../encoding/json.ts";
import { type RegistrationFields, signRegistration } from "../link/registration.ts";
import { canPoll, type RegisterAnswer, registerAnswer } from "./relay-answers.ts";
import { mayPass } from "./relay-failure.ts";
import { requestJson } from "./relay-request.ts";
import { computeShareId } from "../link/share.ts";
import { SignalError } from "./signal-error.ts";

export type ShareToRegister = Pick<RegistrationFields, "shareNonce" | "joinHash">;

export interface ShareRegistryOptions {
  readonly relay: string;
  readonly origin: string;
  readonly identity: Identity;
  readonly epoch: string;
  readonly fetch: typeof fetch | undefined;
  readonly onRefused: ((shareId: string, error: SignalError) => void) | undefined;
}

/** The relay's path for registering, revoking and looking up shares. */
export const SHARES_PATH = "/api/v1/shares";

/** Whether the relay has a share: `unknown` until it is registered, and again when the relay may have lost it. */
type RegistrationState = "unknown" | "registered" | "refused";

/** The daemon's shares, and whether they are registered at the relay. */
export class ShareRegistry {
  readonly #options: ShareRegistryOptions;
  readonly #shares = new Map<string, { readonly share: ShareToRegister; state: RegistrationState }>();
  /** The daemon's token, from the last registration; undefined when the relay no longer accepts it. */
  token: string | undefined;
  /** Whether the relay announced long polls (L-16). */
  polls = false;
  /** The latest token, even if it may be invalid: used to revoke shares. */
  #lastToken: string | undefined;

  constructor(options: ShareRegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#shares.size;
  }

  get isComplete(): boolean {
    return [...this.#shares.values()].every(({ state }) => state === "registered");
  }

  /** Makes one attempt to register a share, and adds it if that succeeds. @throws {SignalError} */
  async register(share: ShareToRegister, signal: AbortSignal | undefined): Promise<RegisterAnswer> {
    const answer = await this.#post(share, signal);
    this.#shares.set(answer.shareId, { share, state: "registered" });
    return answer;
  }

  /**
   * Registers the shares whose state is unknown. A share that the relay refuses is reported and skipped, so that it doesn't block the others.
   * @throws {SignalError} a temporary failure; a refusal if no share at all was accepted
   */
  async registerMissing(signal: AbortSignal): Promise<void> {
    let refusal: SignalError | undefined;
    for (const [shareId, entry] of this.#shares) {
      if (entry.state !== "unknown") continue;
      try {
        await this.#post(entry.share, signal);
        entry.state = "registered";
        // Revoked in the meantime: the relay may have received the two requests in the other order.
        if (!this.#shares.has(shareId)) await this.#delete(shareId, signal);
      } catch (error) {
        if (!(error instanceof SignalError) || mayPass(error)) throw error;
        entry.state = "refused";
        refusal = error;
        this.#options.onRefused?.(shareId, error);
      }
    }
    if (this.token === undefined && refusal !== undefined) throw refusal;
  }

  /** Has {@link registerMissing} try refused shares again. */
  markRefusedUnknown(): void {
    for (const entry of this.#shares.values()) if (entry.state === "refused") entry.state = "unknown";
  }

  /** Has {@link registerMissing} register all shares again: the relay may have lost them. */
  markAllUnknown(): void {
    this.token = undefined;
    for (const entry of this.#shares.values()) entry.state = "unknown";
  }

  /** Removes a share, and makes one attempt to revoke it at the relay. @throws {SignalError} a temporary failure */
  async revoke(shareId: string, signal: AbortSignal | undefined): Promise<void> {
    this.#shares.delete(shareId);
    await this.#delete(shareId, signal);
  }

  async #post(share: ShareToRegister, signal: AbortSignal | undefined): Promise<RegisterAnswer> {
    const { relay, origin, identity, epoch, fetch } = this.#options;
    const { shareNonce, joinHash } = share;
    const shareId = await computeShareId(identity.publicKey, shareNonce);
    const body = await signRegistration({ identity, shareNonce, joinHash, epoch, origin, time: Date.now() });
    const answer = parseAs(registerAnswer, await requestJson({ fetch, url: `${relay}${SHARES_PATH}`, method: "POST", body, signal }));
    if (answer?.shareId !== shareId) throw new SignalError("bad-answer", "the relay did not confirm the share");
    this.token = answer.token;
    this.polls = canPoll(answer);
    this.#lastToken = answer.token;
    return answer;
  }

  async #delete(shareId: string, signal: AbortSignal | undefined): Promise<void> {
    const { relay, fetch } = this.#options;
    if (this.#lastToken === undefined) return;
    try {
      await requestJson({ fetch, url: `${relay}${SHARES_PATH}/${shareId}`, method: "DELETE", key: this.#lastToken, signal });
    } catch (error) {
      // A refusal means that the relay doesn't have the share of this daemon: nothing is left to revoke.
      if (!(error instanceof SignalError) || mayPass(error)) throw error;
    }
  }
}
