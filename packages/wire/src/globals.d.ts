// The only two globals the codec uses beyond the language: in every browser, worker, Node, Deno and Bun.
// Declared here, narrowly, so that nothing else of those environments is visible to this package.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: "utf-8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
