// Converts values between SQLite columns and TypeScript.
/** Converts a date to its stored form: UTC milliseconds, or null if not set. */
export function toMs(date: Date | undefined): number | null {
  return date === undefined ? null : date.getTime();
}

/** An object with this property for a stored time; empty if the column is null. */
export function dateAt<K extends string>(name: K, ms: number | null): { readonly [key in K]?: Date } {
  return ms === null ? {} : ({ [name]: new Date(ms) } as { readonly [key in K]?: Date });
}

/** An object with this property for a stored text or number; empty if the column is null. */
export function valueAt<K extends string, V>(name: K, value: V | null): { readonly [key in K]?: V } {
  return value === null ? {} : ({ [name]: value } as { readonly [key in K]?: V });
}
