/*
 * The CRC-32 of two byte strings in a row, from their CRCs and the length of the second: bytes that are read in any order still give the CRC of the file.
 * A CRC is a polynomial over GF(2) modulo the generator, the highest bit being x^0; appending n bytes multiplies it by x^8n.
 */

/** The generator, reversed, without its x^32 (ISO 3309). */
const GENERATOR = 0xedb88320;
const ONE = 0x80000000;
const X_TO_8 = 0x00800000;

/** x^8, x^16, x^32, …: the factor for 1, 2, 4, … bytes. 53 of them: lengths are safe integers. */
const FACTORS: readonly number[] = makeFactors(53);

/** @param laterBytes the length of the second string, a safe integer */
export function combineCrcs(first: number, later: number, laterBytes: number): number {
  let factor = ONE;
  let left = laterBytes;
  for (const power of FACTORS) {
    if (left === 0) break;
    if (left % 2 === 1) factor = multiply(factor, power);
    left = Math.floor(left / 2);
  }
  return (multiply(factor, first) ^ later) >>> 0;
}

function multiply(one: number, other: number): number {
  let product = 0;
  let shifted = other;
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((one >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ GENERATOR : shifted >>> 1;
  }
  return product >>> 0;
}

function makeFactors(count: number): number[] {
  const factors: number[] = [];
  for (let power = X_TO_8; factors.length < count; power = multiply(power, power)) factors.push(power);
  return factors;
}
