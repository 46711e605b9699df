/** Parameters without a plus before them, in a statement without its plain lists of values; see `prepare`. */
export function bareParameters(sql: string): readonly string[] {
  return sql.replaceAll(/\bvalues \([^()]*\)/g, '').match(/(?<!\+)(?:\?|@\w+)/g) ?? [];
}
