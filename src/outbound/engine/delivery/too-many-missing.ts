// The error that pauses a Target which misses many records.

/** Too many records were reported missing: the Target is paused until a person has checked. */
export class TooManyMissing extends Error {}
