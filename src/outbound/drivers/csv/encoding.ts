// Encodes and decodes text in the character encodings that a CSV file may have.
import iconv from 'iconv-lite';

/** Encodings of iconv-lite that are not character encodings. */
const notCharacterEncodings = /^(base64|hex|binary|internal)$/i;

/** True for a supported encoding: a name that iconv-lite knows, optionally with `-bom` at its end. */
export function isEncoding(name: string): boolean {
  const { codec } = splitName(name);
  return !notCharacterEncodings.test(codec) && iconv.encodingExists(codec);
}

/** Encodes one file. Call `write` for each part of the text in order, then `end`. */
export interface FileEncoder {
  write(text: string): Uint8Array;
  /** The remaining bytes; usually none. */
  end(): Uint8Array;
}

/**
 * Creates an encoder. `name` must be supported (`isEncoding`). A byte order mark is written only for `-bom`, or where the name implies it
 * (utf-16).
 */
export function openEncoder(name: string): FileEncoder {
  const { codec, bom } = splitName(name);
  const encoder = iconv.getEncoder(codec, bom ? { addBOM: true } : {});
  return { write: (text) => encoder.write(text), end: () => encoder.end() ?? new Uint8Array() };
}

/** Decodes text chunk by chunk; `end` returns the remaining text. Omits a byte order mark. */
export interface FileDecoder {
  write(bytes: Buffer): string;
  end(): string | undefined;
}

/** Creates a decoder. `name` must be supported (`isEncoding`). */
export function openDecoder(name: string): FileDecoder {
  return iconv.getDecoder(splitName(name).codec);
}

/**
 * The first character of a text that does not exist in the encoding, or `undefined`. iconv-lite silently writes `?` for such a character,
 * so the bytes are decoded again and compared. An unpaired surrogate does not exist in any encoding.
 */
export function findUnwritable(text: string, name: string): string | undefined {
  // The decoder for plain utf-16 would guess the byte order.
  const codec = splitName(name).codec.replace(/^utf-?16$/i, 'utf-16le');
  const writable = (part: string) => part.isWellFormed() && survives(part, codec);
  return writable(text) ? undefined : Array.from(text).find((character) => !writable(character));
}

function survives(text: string, codec: string): boolean {
  return iconv.decode(iconv.encode(text, codec, { addBOM: false }), codec, { stripBOM: false }) === text;
}

function splitName(name: string): { readonly codec: string; readonly bom: boolean } {
  const codec = name.replace(/-bom$/i, '');
  return { codec, bom: codec !== name };
}
