import { createPrivateKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import { AcmeError } from "./acme-error.ts";
import { testCertificate } from "./testing/test-certificate.ts";
import type { Authority, CertificateWish } from "./authority.ts";
import { CertificateStore, type PrivateFiles } from "./certificate-store.ts";
import { keepCertificate, type KeeperEvent } from "./keep-certificate.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const LIFETIME = 90 * DAY;
const START = Date.parse("2026-01-01T00:00:00Z");
const DOMAINS = ["relay.example.org"];
const DIRECTORY = "https://ca.example/directory";

interface World {
  now: number;
  readonly files: Map<string, string>;
  readonly events: KeeperEvent[];
  readonly wishes: CertificateWish[];
  /** Answers to orders; afterwards the CA issues. */
  readonly answers: (() => Promise<string>)[];
}

function createWorld(): World {
  return { now: START, files: new Map(), events: [], wishes: [], answers: [] };
}

const filesOf = ({ files }: World): PrivateFiles => ({
  read: async (name) => files.get(name),
  write: async (name, text) => void files.set(name, text),
});

const issue = (world: World, { domains, key }: CertificateWish): Promise<string> =>
  testCertificate({ domains, key, validFrom: world.now, validTo: world.now + LIFETIME });

/** Runs a keeper until a time. */
async function runUntil(world: World, end: number, files: PrivateFiles = filesOf(world)): Promise<void> {
  const controller = new AbortController();
  const authority: Authority = {
    obtain: async (wish) => {
      world.wishes.push(wish);
      return world.answers.shift()?.() ?? issue(world, wish);
    },
  };
  const wait = async (ms: number): Promise<void> => {
    if (world.now + ms > end) controller.abort(new Error("the end of the test"));
    controller.signal.throwIfAborted();
    world.now += ms;
  };
  const keeping = keepCertificate(
    {
      domains: DOMAINS,
      authority,
      store: new CertificateStore(files, DIRECTORY, DOMAINS),
      onEvent: (event) => world.events.push(event),
      now: () => world.now,
      wait,
      random: () => 0,
    },
    controller.signal,
  );
  await expect(keeping).rejects.toThrow("the end of the test");
}

const types = ({ events }: World): string[] => events.map((event) => (event.type === "certificate" ? event.from : event.type));
const fail =
  (reason: "name-unresolved" | "rate-limited" | "ca-unreachable", retryAt?: number): (() => never) =>
  () => {
    throw new AcmeError(reason, "why", { retryAt });
  };

describe("a keeper of a certificate", () => {
  test("orders the first one, and renews it when a third of its lifetime is left", async () => {
    const world = createWorld();
    await runUntil(world, START + 61 * DAY);
    expect(types(world)).toEqual(["ordering", "ca", "ordering", "ca"]);
    expect(world.events[1]).toMatchObject({ renewsAt: START + 60 * DAY });
  });

  test("uses a new key for each certificate", async () => {
    const world = createWorld();
    await runUntil(world, START + 61 * DAY);
    const [first, second] = world.wishes.map(({ key }) => key.export({ type: "pkcs8", format: "pem" }));
    expect(first).not.toBe(second);
  });

  test("uses the saved certificate after a restart, and asks for none", async () => {
    const world = createWorld();
    await runUntil(world, START + HOUR);
    const before = world.wishes.length;
    world.events.length = 0;
    await runUntil(world, START + 2 * HOUR);
    expect(types(world)).toEqual(["disk"]);
    expect(world.wishes).toHaveLength(before);
  });

  test("tries again after failures, and keeps the old certificate", async () => {
    const world = createWorld();
    await runUntil(world, START + HOUR);
    world.answers.push(fail("name-unresolved"), fail("ca-unreachable"));
    await runUntil(world, START + 61 * DAY);
    expect(types(world).slice(2)).toEqual(["disk", "ordering", "failed", "ordering", "failed", "ordering", "ca"]);
    expect(world.events[4]).toMatchObject({ before: { validTo: START + LIFETIME }, nextTry: START + 60 * DAY + 120_000 });
  });

  test("orders at once if the saved certificate has expired", async () => {
    const world = createWorld();
    await runUntil(world, START + HOUR);
    world.now = START + LIFETIME + DAY;
    world.events.length = 0;
    await runUntil(world, world.now + HOUR);
    expect(types(world)).toEqual(["disk", "ordering", "ca"]);
  });

  test("waits as long as the CA asks, after a restart, too", async () => {
    const world = createWorld();
    world.answers.push(fail("rate-limited", START + 30 * HOUR));
    await runUntil(world, START + HOUR);
    expect(world.events.at(-1)).toMatchObject({ type: "failed", nextTry: START + 30 * HOUR });
    await runUntil(world, START + 29 * HOUR);
    expect(world.wishes).toHaveLength(1);
    await runUntil(world, START + 31 * HOUR);
    expect(types(world).slice(-2)).toEqual(["ordering", "ca"]);
    expect(world.wishes).toHaveLength(2);
  });

  test("does not use a certificate that is not valid now", async () => {
    const world = createWorld();
    const old = (): Promise<string> => {
      const { domains, key } = world.wishes.at(-1)!;
      return testCertificate({ domains, key, validFrom: START - 2 * DAY, validTo: START - DAY });
    };
    world.answers.push(old);
    await runUntil(world, START + 60_000);
    expect(world.events.at(-1)).toMatchObject({ type: "failed", error: { reason: "bad-certificate" } });
  });

  test("uses a certificate that can't be saved", async () => {
    const world = createWorld();
    const full: PrivateFiles = { ...filesOf(world), write: () => Promise.reject(new Error("the disk is full")) };
    await runUntil(world, START + HOUR, full);
    expect(types(world)).toEqual(["ordering", "not-saved", "ca"]);
  });

  test("ends with an error that is not the CA's", async () => {
    const world = createWorld();
    world.answers.push(() => {
      throw new Error("a bug");
    });
    const store = new CertificateStore(filesOf(world), DIRECTORY, DOMAINS);
    const authority: Authority = { obtain: async () => world.answers[0]!() };
    const keeping = keepCertificate({ domains: DOMAINS, authority, store, onEvent: () => undefined }, new AbortController().signal);
    await expect(keeping).rejects.toThrow("a bug");
  });
});

describe("the store", () => {
  test("gives the same account key again, and another one if the file is damaged", async () => {
    const world = createWorld();
    const store = new CertificateStore(filesOf(world), DIRECTORY, DOMAINS);
    const pem = async (): Promise<string> => (await store.accountKey()).export({ type: "pkcs8", format: "pem" }) as string;
    const first = await pem();
    expect(await pem()).toBe(first);
    const [name = ""] = world.files.keys();
    for (const damaged of ["{", '{"version":1,"key":"nonsense"}', '{"version":2}']) {
      world.files.set(name, damaged);
      expect(createPrivateKey(await pem()).asymmetricKeyType).toBe("ec");
      expect(await pem()).not.toBe(first);
    }
  });

  test("has a certificate only for the same names at the same CA", async () => {
    const world = createWorld();
    await runUntil(world, START + HOUR);
    const at = (directory: string, domains: string[]): Promise<unknown> =>
      new CertificateStore(filesOf(world), directory, domains).certificate();
    expect(await at(DIRECTORY, DOMAINS)).toBeDefined();
    expect(await at("https://ca.example/other", DOMAINS)).toBeUndefined();
    expect(await at(DIRECTORY, [...DOMAINS, "films.example.net"])).toBeUndefined();
  });
});
