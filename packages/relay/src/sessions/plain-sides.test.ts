import { beforeEach, describe, expect, test } from "vitest";
import { HOLD_MS } from "./plain-sides.ts";
import { RelayFixture, signalPath } from "../testing/relay-fixture.ts";
import { SseReader } from "../testing/sse-reader.ts";

const SESSION = "session-1";
const STREAM_MS = 25_000;

/** A program with a key, at an address. It doesn't tell its side when it reads. */
interface Program {
  readonly key?: string;
  readonly userAgent?: string;
  readonly address?: string;
}

const GO_AGENT: Program = { userAgent: "Go-http-client/1.1", address: "192.0.2.1" };
const BROWSER: Program = { userAgent: "Mozilla/5.0", address: "192.0.2.2" };

let relay: RelayFixture;
beforeEach(() => {
  relay = new RelayFixture({ apiKeys: ["one", "two"] });
});

function call({ key = "one", userAgent = "program", address = "192.0.2.1" }: Program) {
  return { token: key, headers: { "user-agent": userAgent }, context: { address } };
}

async function read(program: Program): Promise<SseReader> {
  const response = await relay.request("GET", `${signalPath(SESSION)}/events`, call(program));
  expect(response.status).toBe(200);
  return new SseReader(response.body);
}

async function post(program: Program, from: "agent" | "browser", type: string, payload = `${from} ${type}`): Promise<void> {
  const { status } = await relay.call("POST", signalPath(SESSION), { ...call(program), body: { from, type, payload } });
  expect(status).toBe(200);
}

/** Both sides post the messages of a usual session. */
async function speak(agent: Program, browser: Program): Promise<void> {
  await post(browser, "browser", "offer");
  await post(browser, "browser", "candidate");
  await relay.clock.advance(50);
  await post(agent, "agent", "answer");
  await post(agent, "agent", "candidate");
  await post(browser, "browser", "candidate-end");
  await post(agent, "agent", "candidate-end");
  await relay.clock.advance(2 * HOLD_MS);
}

const BROWSERS = ["browser offer", "browser candidate", "browser candidate-end"];
const AGENTS = ["agent answer", "agent candidate", "agent candidate-end"];

describe.each<[string, Program, Program]>([
  ["programs at addresses of their own", GO_AGENT, BROWSER],
  ["programs at one address", { userAgent: "Go-http-client/1.1" }, { userAgent: "node" }],
  ["the same program at two addresses", { address: "192.0.2.1" }, { address: "192.0.2.2" }],
  ["the same program at one address, with a key each", { key: "one" }, { key: "two" }],
  ["the same program at one address, with one key", {}, {}],
])("S-7: each side reads only the other side's messages: %s", (_name, agent, browser) => {
  test("if the agent reads first", async () => {
    const agents = await read(agent);
    const browsers = await read(browser);
    await speak(agent, browser);
    expect(await agents.payloads()).toEqual(BROWSERS);
    expect(await browsers.payloads()).toEqual(AGENTS);
  });

  test("also after their streams ended, although they get everything again", async () => {
    const agents = await read(agent);
    await relay.clock.advance(1000);
    const browsers = await read(browser);
    await speak(agent, browser);
    while (!(await agents.isOver())) await relay.clock.advance(100);
    const agentsNext = await read(agent);
    while (!(await browsers.isOver())) await relay.clock.advance(100);
    const browsersNext = await read(browser);
    await post(browser, "browser", "bye");
    await relay.clock.advance(HOLD_MS);
    expect(await agentsNext.payloads()).toEqual([...BROWSERS, "browser bye"]);
    expect((await browsersNext.payloads()).filter((payload) => payload !== "browser bye")).toEqual(AGENTS);
  });
});

describe("S-7: in doubt nothing is omitted", () => {
  test("with one caller, if the browser reads first: the agent gets the offer within a bound, and neither loses a message", async () => {
    const browsers = await read({});
    await post({}, "browser", "offer");
    const agents = await read({});
    expect(await agents.payloads()).toEqual([]);
    await relay.clock.advance(HOLD_MS);
    expect(await agents.payloads()).toEqual(["browser offer"]);
    await post({}, "agent", "answer");
    await post({}, "browser", "candidate");
    await relay.clock.advance(HOLD_MS);
    expect(await agents.payloads()).toEqual(expect.arrayContaining(["browser offer", "browser candidate"]));
    expect(await browsers.payloads()).toEqual(expect.arrayContaining(["agent answer"]));
  });

  test("an agent that connects late gets an old offer at once", async () => {
    await post({}, "browser", "offer");
    await read({});
    await relay.clock.advance(HOLD_MS);
    expect(await (await read({})).payloads()).toEqual(["browser offer"]);
  });

  test("an unknown reader gets both sides' messages", async () => {
    await read(GO_AGENT);
    await read(BROWSER);
    await speak(GO_AGENT, BROWSER);
    expect(await (await read({ userAgent: "curl/8" })).payloads()).toHaveLength(BROWSERS.length + AGENTS.length);
  });

  test("a side whose address changes loses no message", async () => {
    const moved = { ...GO_AGENT, address: "192.0.2.9" };
    await read(GO_AGENT);
    await speak(GO_AGENT, BROWSER);
    expect(await (await read(moved)).payloads()).toEqual(expect.arrayContaining(BROWSERS));
  });

  test("with one caller, whichever of the two begins and however late the other is", async () => {
    for (const order of ["agent", "browser"] as const) {
      for (const lateMs of [0, 100, HOLD_MS, STREAM_MS]) {
        relay = new RelayFixture({ apiKeys: ["one"] });
        const first = await read({});
        if (order === "browser") await post({}, "browser", "offer");
        await relay.clock.advance(lateMs);
        const second = await read({});
        if (order === "agent") await post({}, "browser", "offer");
        await relay.clock.advance(2 * HOLD_MS);
        const [agents, browsers] = order === "agent" && lateMs < STREAM_MS ? [first, second] : [second, first];
        expect(await agents.payloads(), `${order} ${lateMs}`).toContain("browser offer");
        await post({}, "agent", "answer");
        await relay.clock.advance(HOLD_MS);
        const browsersNow = (await browsers.isOver()) ? await read({}) : browsers;
        expect(await browsersNow.payloads(), `${order} ${lateMs}`).toContain("agent answer");
      }
    }
  });
});
