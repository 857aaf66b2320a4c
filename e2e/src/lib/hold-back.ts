import { Transform } from "node:stream";

/**
 * Passes the first bytes on, and holds the others back until the end, like a proxy that buffers.
 * @param passing number of bytes that pass, asked for each chunk; undefined: all of this chunk, unless something before it was held back
 */
export function holdBack(passing: () => number | undefined): Transform {
  const held: Buffer[] = [];
  let passed = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      const limit = held.length > 0 ? 0 : (passing() ?? Infinity);
      const first = chunk.subarray(0, Math.max(0, limit - passed));
      passed += first.length;
      if (first.length < chunk.length) held.push(chunk.subarray(first.length));
      if (first.length > 0) done(null, first);
      else done();
    },
    flush: (done) => done(null, Buffer.concat(held)),
  });
}
