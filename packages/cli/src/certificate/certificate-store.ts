/* What is kept across restarts: the account's key, the certificate with its key, and until when the CA refuses more orders. */
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { AcmeError } from "./acme-error.ts";
import { type IssuedCertificate, readIssued } from "./issued-certificate.ts";

/** A folder of private files. */
export interface PrivateFiles {
  /** @returns undefined if there is none of that name */
  read(name: string): Promise<string | undefined>;
  /** Replaces a file, whole or not at all. */
  write(name: string, text: string): Promise<void>;
}

/** Characters of a hash in a file's name. */
const HASH_CHARACTERS = 12;
const VERSION = 1;

/** The files for some names at one CA. Damaged files count as missing: nothing in them is worth more than an order. */
export class CertificateStore {
  readonly #files: PrivateFiles;
  readonly #domains: readonly string[];
  readonly #ca: string;
  readonly #name: string;

  constructor(files: PrivateFiles, directoryUrl: string, domains: readonly string[]) {
    this.#files = files;
    this.#domains = domains;
    this.#ca = `${new URL(directoryUrl).hostname}-${shortHash(directoryUrl)}`;
    this.#name = `${this.#ca}/${domains[0] ?? ""}-${shortHash([...domains].sort().join(" "))}`;
  }

  /** The key of the account; makes and saves one if there is none. @throws the files' errors */
  async accountKey(): Promise<KeyObject> {
    const name = `${this.#ca}/account.json`;
    const { key } = await this.#read(name);
    try {
      if (typeof key === "string") return createPrivateKey(key);
    } catch {
      // A damaged key is replaced, and the CA gets another account.
    }
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
    await this.#write(name, { key: exportKey(privateKey) });
    return privateKey;
  }

  /** The saved certificate; undefined if there is none that fits. */
  async certificate(): Promise<IssuedCertificate | undefined> {
    const { cert, key } = await this.#read(`${this.#name}.json`);
    if (typeof cert !== "string" || typeof key !== "string") return undefined;
    try {
      return readIssued({ cert, key }, this.#domains);
    } catch (error) {
      if (error instanceof AcmeError) return undefined;
      throw error;
    }
  }

  async saveCertificate({ cert, key }: IssuedCertificate): Promise<void> {
    await this.#write(`${this.#name}.json`, { cert, key });
  }

  /** Until when the CA refuses orders, milliseconds since 1970, so that a restart doesn't ask sooner; 0: it doesn't. */
  async pausedUntil(): Promise<number> {
    const { until } = await this.#read(`${this.#name}-pause.json`);
    return typeof until === "number" ? until : 0;
  }

  async savePause(until: number): Promise<void> {
    await this.#write(`${this.#name}-pause.json`, { until });
  }

  async #read(name: string): Promise<Record<string, unknown>> {
    const text = await this.#files.read(name);
    try {
      const value: unknown = JSON.parse(text ?? "{}");
      return typeof value === "object" && value !== null && "version" in value && value.version === VERSION ? { ...value } : {};
    } catch {
      return {};
    }
  }

  async #write(name: string, content: object): Promise<void> {
    await this.#files.write(name, `${JSON.stringify({ version: VERSION, ...content }, undefined, 2)}\n`);
  }
}

export function exportKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARACTERS);
}
