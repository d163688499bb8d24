/** Numbers and bytes as the protocol writes them: two hexadecimal digits a byte; numbers with the most significant digit first. */

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** undefined for what is not an even number of hexadecimal digits. */
export function fromHex(text: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  );
}

/** A number of up to 64 bits; undefined for anything else. */
export function hexNumber(text: string | undefined): bigint | undefined {
  return text !== undefined && /^[0-9a-f]{1,16}$/i.test(text) ? BigInt(`0x${text}`) : undefined;
}

/** The same of up to 32 bits, as a number. */
export function hexCount(text: string | undefined): number | undefined {
  const value = hexNumber(text);
  return value !== undefined && value < 2n ** 32n ? Number(value) : undefined;
}

export function textToHex(text: string): string {
  return toHex(new TextEncoder().encode(text));
}
