// The naming rule of Targets, Connectors and Sources.

/** A valid name. Names become file names, parts of paths and OAuth client IDs. */
export const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** The rule as an instruction, for hints. */
export const nameRule = 'Use letters, digits, - and _; begin with a letter or digit; max 64 characters.';
