// process-end.test.ts runs this as a child process. It opens connections and closes them as each of its arguments says. Then it must end by itself.
import { readdirSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { createPeerConnection } from "../../dist/index.js";

const SETTLE_MS = 300;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const loopback = () => createPeerConnection({ bindAddress: "127.0.0.1" });

function trickle(one, other) {
  const add = (peer) => (event) => event.candidate && peer.addIceCandidate(event.candidate.toJSON()).catch(() => {});
  one.onicecandidate = add(other);
  other.onicecandidate = add(one);
}

async function negotiate(offerer, answerer) {
  const offer = await offerer.createOffer();
  await offerer.setLocalDescription(offer);
  await answerer.setRemoteDescription(offer);
  await answerer.setLocalDescription(await answerer.createAnswer());
  await offerer.setRemoteDescription(answerer.localDescription);
}

async function connect() {
  const [offerer, answerer] = [loopback(), loopback()];
  trickle(offerer, answerer);
  const near = offerer.createDataChannel("x");
  const opened = new Promise((resolve) => (near.onopen = resolve));
  const far = new Promise((resolve) => (answerer.ondatachannel = ({ channel }) => resolve(channel)));
  await negotiate(offerer, answerer);
  await opened;
  return { offerer, answerer, near, far: await far };
}

const scenarios = {
  async unused() {
    loopback().close();
  },
  async offered() {
    const connection = loopback();
    connection.createDataChannel("x");
    await connection.setLocalDescription();
    connection.close();
  },
  async early() {
    for (let delay = 0; delay < 40; delay += 4) {
      const [offerer, answerer] = [loopback(), loopback()];
      trickle(offerer, answerer);
      offerer.createDataChannel("x");
      await negotiate(offerer, answerer);
      await pause(delay);
      answerer.close();
      offerer.close();
    }
  },
  async connected() {
    const { offerer, answerer } = await connect();
    offerer.close();
    answerer.close();
  },
  async "remote-close"() {
    const { offerer, answerer, near } = await connect();
    const gone = new Promise((resolve) => (near.onclose = resolve));
    answerer.close();
    await gone;
    offerer.close();
  },
  // The one race in which the library loses a close event: both sides close the same channel and a connection at once.
  async "both-close"() {
    for (let round = 0; round < 60; round++) {
      const { offerer, answerer, near, far } = await connect();
      far.close();
      if (round % 2 === 0) near.close();
      offerer.close();
      answerer.close();
    }
  },
  async "channel-first"() {
    const { offerer, answerer, near, far } = await connect();
    const gone = new Promise((resolve) => (near.onclose = resolve));
    far.close();
    await gone;
    offerer.close();
    answerer.close();
  },
  // Closes in the middle of a stream, from within handlers, while sends throw.
  async churn() {
    const ignore = () => {};
    for (let round = 0; round < 30; round++) {
      const { offerer, answerer, near, far } = await connect();
      let received = 0;
      near.onmessage = () => {
        if (++received === 20 + round) offerer.close();
      };
      const over = new Promise((resolve) => (far.onclose = resolve));
      const stream = () => {
        try {
          for (let count = 0; count < 8; count++) far.send(new Uint8Array(16_384));
          setImmediate(stream);
        } catch {
          ignore();
        }
      };
      stream();
      await over;
      answerer.close();
    }
  },
  async collected() {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc");
    let messages = 0;
    let finish;
    const done = new Promise((resolve) => (finish = resolve));
    await (async () => {
      const { offerer, answerer, near, far } = await connect();
      far.onmessage = ({ data }) => far.send(new Uint8Array(data));
      near.onmessage = ({ data }) => {
        if (++messages < 100) return near.send(new Uint8Array(data));
        offerer.close();
        answerer.close();
        return finish();
      };
      near.send(new Uint8Array(1));
    })();
    const collecting = setInterval(() => collect(), 1);
    await done;
    clearInterval(collecting);
    process.stdout.write(`${messages} messages\n`);
  },
  async leaks() {
    const count = () => ({ descriptors: readdirSync("/proc/self/fd").length, threads: readdirSync("/proc/self/task").length });
    const round = async () => {
      const pairs = [];
      for (let pair = 0; pair < 8; pair++) pairs.push(await connect());
      for (const { offerer, answerer } of pairs) {
        offerer.close();
        answerer.close();
      }
      await pause(SETTLE_MS);
    };
    await round();
    const before = count();
    for (let rounds = 0; rounds < 4; rounds++) await round();
    process.stdout.write(`${JSON.stringify([before, count()])}\n`);
  },
};

for (const scenario of process.argv.slice(2)) await scenarios[scenario]();
process.stdout.write("closed\n");
