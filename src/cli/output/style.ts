// Terminal styles (bold, dim, colours); no-ops when colours are off.
/** Styles text for a terminal; without colours, each function returns the text unchanged. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
}

const marks = { bold: [1, 22], dim: [2, 22], good: [32, 39], warn: [33, 39], bad: [31, 39] } as const;

/** A Style that adds colours (SGR sequences), or a Style that returns text unchanged. */
export function createStyle(coloured: boolean): Style {
  const mark = (name: keyof typeof marks) => (text: string) => {
    const [on, off] = marks[name];
    return coloured && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  return { bold: mark('bold'), dim: mark('dim'), good: mark('good'), warn: mark('warn'), bad: mark('bad') };
}
