// Inserts the values of `needs` into texts of a Connector.
/**
 * A text of a Connector with the values that the Target gives in the place of their `{names}`. Other braces stay as they are: only paths
 * and headers of a call insert fields of the Record.
 */
export function fillValues(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? whole) : whole));
}
