// Converts values between columns and TypeScript.
/** Converts a date to its stored form: UTC milliseconds, null when missing. */
export function toMs(date: Date | undefined): number | null {
  return date === undefined ? null : date.getTime();
}

/** A property for a stored moment; none when it is null. */
export function dateAt<K extends string>(name: K, ms: number | null): { readonly [key in K]?: Date } {
  return ms === null ? {} : ({ [name]: new Date(ms) } as { readonly [key in K]?: Date });
}

/** A property for a stored text or number; none when it is null. */
export function valueAt<K extends string, V>(name: K, value: V | null): { readonly [key in K]?: V } {
  return value === null ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
