// Encodes and decodes text in the character encoding of a file.
import iconv from 'iconv-lite';

/** Encodings of the library that are not character encodings. */
const noText = /^(base64|hex|binary|internal)$/i;

/** True for a supported encoding: a name that iconv-lite knows, optionally with `-bom` at its end. */
export function isEncoding(name: string): boolean {
  const { codec } = splitName(name);
  return !noText.test(codec) && iconv.encodingExists(codec);
}

/** An encoder of one file; `write` in the order of the text, then `end`. */
export interface FileEncoder {
  write(text: string): Uint8Array;
  /** The remaining bytes; usually none. */
  end(): Uint8Array;
}

/** Begins a file in an encoding for which `isEncoding` holds. A byte order mark comes only with `-bom`, or where the name implies it (utf-16). */
export function openEncoder(name: string): FileEncoder {
  const { codec, bom } = splitName(name);
  const encoder = iconv.getEncoder(codec, bom ? { addBOM: true } : {});
  return { write: (text) => encoder.write(text), end: () => encoder.end() ?? new Uint8Array() };
}

/** Decodes text portion by portion; `end` returns the remainder. Omits a byte order mark. */
export interface FileDecoder {
  write(bytes: Buffer): string;
  end(): string | undefined;
}

/** Begins to read a file in an encoding for which `isEncoding` holds. */
export function openDecoder(name: string): FileDecoder {
  return iconv.getDecoder(splitName(name).codec);
}

/**
 * The first character of a text that the encoding does not have, or `undefined`. The library writes `?` for it without a word, so the
 * bytes are read back and compared. Half a surrogate pair is no character in any encoding.
 */
export function findUnwritable(text: string, name: string): string | undefined {
  // The reader of plain utf-16 guesses the order of the bytes.
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
