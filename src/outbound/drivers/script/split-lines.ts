// Splits streamed text into lines.
/** Splits text that arrives in chunks into lines without their line ends. */
export interface LineSplitter {
  add(text: string): void;
  /** Reports the text after the last line end, if any. */
  flush(): void;
}

/** Splits at LF and CRLF. A line longer than `max` characters is reported once, truncated, so that memory stays bounded. */
export function openLineSplitter(max: number, tell: (line: string) => void): LineSplitter {
  let begun = '';
  const take = (text: string) => (begun = (begun + text).slice(0, max));
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
