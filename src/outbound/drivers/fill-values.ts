// Inserts the values that a Target provides for `needs` into strings of its Connector.
/**
 * Replaces each `{name}` of a provided value in a text of a Connector. Other braces stay unchanged, because fields of the Record are
 * inserted only in paths and headers of a call.
 */
export function fillValues(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? whole) : whole));
}
