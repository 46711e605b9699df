/** Parameters without a leading plus in a statement, except in plain lists of values; see `prepare`. */
export function bareParameters(sql: string): readonly string[] {
  return sql.replaceAll(/\bvalues \([^()]*\)/g, '').match(/(?<!\+)(?:\?|@\w+)/g) ?? [];
}
