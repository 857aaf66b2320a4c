import { expect, test } from "vitest";
import { prf } from "./prf.ts";

test("gives the known answer for P_SHA256 (Bosanac and others, IETF TLS list, 2009)", () => {
  const output = prf(
    Buffer.from("9bbe436ba940f017b17652849a71db35", "hex"),
    "test label",
    Buffer.from("a0ba9f936cda311827a6f796ffd5198c", "hex"),
    100,
  );
  expect(Buffer.from(output).toString("hex")).toBe(
    "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110fff70187347b66",
  );
});
