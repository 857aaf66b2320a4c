import type { Sink } from "./sink.ts";

/** Standard output: one chunk under way at a time, so whoever reads slowly holds the host back. Nothing can go on there another time. */
export function createStdoutSink(stdout: NodeJS.WritableStream): Sink {
  let length = 0;
  return {
    get length() {
      return length;
    },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => {
          if (error) return reject(error);
          length += bytes.byteLength;
          resolve();
        });
      }),
    readBack: async () => {},
    finish: async () => {},
    close: async () => false,
  };
}
