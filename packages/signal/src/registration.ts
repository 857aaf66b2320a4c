import type { Identity } from "./identity.ts";

/** Body of `POST /api/v1/shares`: all texts; bytes in base64url. */
export interface Registration {
  readonly publicKey: string;
  readonly shareNonce: string;
  readonly joinHash: string;
  readonly epoch: string;
  /** Origin of the relay that it is meant for. */
  readonly origin: string;
  /** Milliseconds since 1970, by the daemon's clock. */
  readonly time: number;
  readonly signature: string;
}

export interface RegistrationFields {
  readonly identity: Identity;
  readonly shareNonce: Uint8Array<ArrayBuffer>;
  readonly joinHash: string;
  readonly epoch: string;
  readonly origin: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface VerifyRegistrationOptions {
  /** The origins under which this relay is known. */
  readonly origins: readonly string[];
  /** Our clock, milliseconds since 1970. */
  readonly now: number;
}

/** How far a registration's time may be from the relay's clock, milliseconds. */
export const REGISTRATION_TOLERANCE_MS: number = 5 * 60_000;

export function signRegistration(fields: RegistrationFields): Promise<Registration> {
  throw new Error("not written yet", { cause: fields.time });
}

/**
 * Checks what a stranger posted: form, origin, time, and the signature with the key that the share id comes from.
 * @returns the registration, and the share id that it proves
 * @throws {RegistrationError}
 */
export function verifyRegistration(
  body: unknown,
  options: VerifyRegistrationOptions,
): Promise<{ readonly shareId: string; readonly registration: Registration }> {
  throw new Error("not written yet", { cause: [body, options] });
}
