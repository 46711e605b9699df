// Splits streamed text into lines.
/** Receives text in chunks and emits each line without its line end. */
export interface LineSplitter {
  add(text: string): void;
  /** Tells what came after the last line end, if anything. */
  flush(): void;
}

/** Splits at LF and CRLF. A line longer than `most` characters is reported once, truncated, so that memory stays bounded. */
export function openLineSplitter(most: number, tell: (line: string) => void): LineSplitter {
  let begun = '';
  const take = (text: string) => (begun = (begun + text).slice(0, most));
  const end = () => {
    const line = begun.endsWith('\r') ? begun.slice(0, -1) : begun;
    begun = '';
    tell(line);
  };
  return {
    add: (text) => {
      const [first = '', ...rest] = text.split('\n');
      take(first);
      for (const part of rest) {
        end();
        take(part);
      }
    },
    flush: () => {
      if (begun !== '') end();
    },
  };
}
