// The error that pauses a Target because too many of its records were reported missing.

/** Too many records were reported missing. The Target is paused until an operator has checked it. */
export class TooManyMissing extends Error {}
