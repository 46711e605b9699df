// Decodes a configuration file as UTF-8, or explains why its bytes are not valid UTF-8 text.
/** The text of a file, or the reason why it cannot be decoded, with a hint. */
export type Decoded = { readonly text: string } | { readonly message: string; readonly hint: string };

/** Max size, 2 MiB: larger than any file that a person writes. Parsing a larger file would take seconds. */
const maxBytes = 2 * 1024 * 1024;

const saveAgain = 'Save it as UTF-8 (Notepad: Save as, Encoding: UTF-8; Visual Studio Code: Save with Encoding).';

/**
 * Decodes a configuration file as UTF-8, with or without a byte order mark. Reports UTF-16, Windows-1252 and binary content, because letters
 * would be read incorrectly.
 */
export function decodeText(bytes: Uint8Array): Decoded {
  if (bytes.length > maxBytes) return { message: 'is larger than 2 MB', hint: 'Shorten it: long lists belong in the directory.' };
  if (isUtf16(bytes)) return { message: 'is encoded in UTF-16, not in UTF-8', hint: saveAgain };
  const zero = bytes.indexOf(0);
  if (zero >= 0) {
    return {
      message: `is not a text file: line ${lineAt(bytes, zero)} contains a NUL byte`,
      hint: 'Restore the file, or write it again as UTF-8 text.',
    };
  }
  const wrong = findNoUtf8(bytes);
  if (wrong === undefined) return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  return { message: `is not encoded in UTF-8 but probably in Windows-1252 (first seen on line ${wrong})`, hint: saveAgain };
}

/** True if the file begins with a UTF-16 byte order mark, or if every second byte is zero, as in Latin text. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 4096);
  const zerosAt = (offset: 0 | 1) => start.filter((byte, index) => byte === 0 && index % 2 === offset).length;
  const [even, odd] = [zerosAt(0), zerosAt(1)];
  const most = Math.max(even, odd);
  return start.length >= 4 && most > start.length / 4 && most > Math.min(even, odd) * 4;
}

/**
 * Line of the first invalid UTF-8 byte, from 1. Lines can be checked separately, because a line feed is never part of a multi-byte
 * sequence.
 */
function findNoUtf8(bytes: Uint8Array): number | undefined {
  if (isUtf8(bytes)) return undefined;
  let start = 0;
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    if (!isUtf8(bytes.subarray(start, end < 0 ? bytes.length : end)) || end < 0) return line;
    start = end + 1;
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

function lineAt(bytes: Uint8Array, offset: number): number {
  return bytes.subarray(0, offset).filter((byte) => byte === 0x0a).length + 1;
}
