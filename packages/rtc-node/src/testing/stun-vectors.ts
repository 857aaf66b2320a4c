/* Sample messages of RFC 5769, 2.1 and 2.2. */
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/gu, ""), "hex");

export const RFC5769_PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

/** A Binding request with ICE-CONTROLLED. */
export const RFC5769_REQUEST: Buffer = hex(`
  00010058 2112a442 b7e7a701bc34d686fa87dfae
  80220010 5354554e207465737420636c69656e74
  00240004 6e0001ff
  80290008 932ff9b151263b36
  00060009 6576746a3a68367659202020
  00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
  80280004 e57a3bcf`);

/** A Binding success response with the mapped address 192.0.2.1, port 32853. */
export const RFC5769_RESPONSE: Buffer = hex(`
  0101003c 2112a442 b7e7a701bc34d686fa87dfae
  8022000b 7465737420766563746f7220
  00200008 0001a147e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
  80280004 c07d4c96`);
