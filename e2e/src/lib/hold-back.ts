import { Transform } from "node:stream";

/**
 * Passes bytes on, or holds them back until the end, like a proxy that buffers.
 * @param isHeld asked for each piece; everything after a piece that is held is held, too
 */
export function holdBack(isHeld: () => boolean): Transform {
  const held: Buffer[] = [];
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      if (held.length > 0 || isHeld()) {
        held.push(chunk);
        return done();
      }
      done(null, chunk);
    },
    flush: (done) => done(null, Buffer.concat(held)),
  });
}
