import type { Identity } from "../link/identity.ts";
import { parseAs } from "../encoding/json.ts";
import { signRegistration } from "../link/registration.ts";
import { type RegisterAnswer, registerAnswer } from "./relay-answers.ts";
import { mayPass } from "./relay-failure.ts";
import { requestJson } from "./relay-request.ts";
import { computeShareId } from "../link/share.ts";
import { SignalError } from "./signal-error.ts";

export interface ShareToRegister {
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly joinHash: string;
}

export interface ShareRegistryOptions {
  readonly relay: string;
  readonly origin: string;
  readonly identity: Identity;
  readonly epoch: string;
  readonly fetch: typeof fetch | undefined;
  readonly onRefused: ((shareId: string, error: SignalError) => void) | undefined;
}

/** Where shares are registered, revoked and looked up. */
export const SHARES_PATH = "/api/v1/shares";

type PeerSnapshot = "unknown" | "registered" | "refused";

/** The shares that the daemon wants the relay to know, and whether it does. */
export class ShareRegistry {
  readonly #options: ShareRegistryOptions;
  readonly #shares = new Map<string, { readonly share: ShareToRegister; standing: PeerSnapshot }>();
  /** The daemon's token, from the last registration; undefined when the relay forgot us. */
  token: string | undefined;
  /** The last token that we had: the relay may still know it. */
  #lastToken: string | undefined;

  constructor(options: ShareRegistryOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#shares.size;
  }

  get isComplete(): boolean {
    return [...this.#shares.values()].every(({ standing }) => standing === "registered");
  }

  /** One try to register a share, which is then wanted. @throws {SignalError} */
  async register(share: ShareToRegister, signal: AbortSignal | undefined): Promise<RegisterAnswer> {
    const answer = await this.#post(share, signal);
    this.#shares.set(answer.shareId, { share, standing: "registered" });
    return answer;
  }

  /**
   * Registers what the relay doesn't know. A share that it refuses is reported and left aside, so that it doesn't stand in the others' way.
   * @throws {SignalError} what may pass; a refusal where no share at all was taken
   */
  async registerMissing(signal: AbortSignal): Promise<void> {
    let refusal: SignalError | undefined;
    for (const [shareId, entry] of this.#shares) {
      if (entry.standing !== "unknown") continue;
      try {
        await this.#post(entry.share, signal);
        entry.standing = "registered";
        // Taken back while we asked: the relay may have seen the two the other way round.
        if (!this.#shares.has(shareId)) await this.#delete(shareId, signal);
      } catch (error) {
        if (!(error instanceof SignalError) || mayPass(error)) throw error;
        entry.standing = "refused";
        refusal = error;
        this.#options.onRefused?.(shareId, error);
      }
    }
    if (this.token === undefined && refusal !== undefined) throw refusal;
  }

  /** What was refused may be taken now. */
  reconsider(): void {
    for (const entry of this.#shares.values()) if (entry.standing === "refused") entry.standing = "unknown";
  }

  /** The relay forgot us: nothing is registered any more. */
  forgotten(): void {
    this.token = undefined;
    for (const entry of this.#shares.values()) entry.standing = "unknown";
  }

  /** One try to take a share back, which from now on is not wanted. @throws {SignalError} what may pass */
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
    this.#lastToken = answer.token;
    return answer;
  }

  async #delete(shareId: string, signal: AbortSignal | undefined): Promise<void> {
    const { relay, fetch } = this.#options;
    if (this.#lastToken === undefined) return;
    try {
      await requestJson({ fetch, url: `${relay}${SHARES_PATH}/${shareId}`, method: "DELETE", key: this.#lastToken, signal });
    } catch (error) {
      // What the relay doesn't know, or not as ours, is not there any more.
      if (!(error instanceof SignalError) || mayPass(error)) throw error;
    }
  }
}
