// The only two globals that the package uses besides the language's own. Every browser, worker, Node, Deno and Bun has them.
// Declared here so that nothing else of those environments is visible to this package.
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: "utf-8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}
