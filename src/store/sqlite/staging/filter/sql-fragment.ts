// Builds SQL fragments with bound parameters.
/** The types of a bound parameter. */
export type Bound = string | number | Buffer | MemberScan;

/** SQL text with the values of its parameters, in order. The text never contains anything that a client sent. */
export interface SqlFragment {
  readonly text: string;
  readonly values: readonly Bound[];
}

/**
 * A condition on single members that is evaluated beforehand, in pages, because a Group may have 100,000 members. As a parameter it is
 * replaced by a JSON array of the ids of the Groups with a matching member.
 */
export interface MemberScan {
  /** A condition on `member`, a row of `memberships` with the resource it refers to. */
  readonly condition: SqlFragment;
}

/** Template tag for SQL; only fragments can be interpolated. */
export function sql(strings: TemplateStringsArray, ...parts: readonly SqlFragment[]): SqlFragment {
  return {
    text: strings.reduce((text, string, index) => `${text}${parts[index - 1]?.text ?? ''}${string}`),
    values: parts.flatMap((part) => part.values),
  };
}

/** Binds a value as a parameter. */
export function bind(value: Bound): SqlFragment {
  return { text: '+?', values: [value] };
}

/** Joins conditions as a balanced tree, because SQLite rejects expressions that are nested more than 1,000 levels deep. */
export function join(is: 'and' | 'or', conditions: readonly SqlFragment[]): SqlFragment {
  if (conditions.length < 3) return joinAll(is, conditions);
  const middle = Math.ceil(conditions.length / 2);
  return joinAll(is, [join(is, conditions.slice(0, middle)), join(is, conditions.slice(middle))]);
}

function joinAll(is: 'and' | 'or', conditions: readonly SqlFragment[]): SqlFragment {
  return { text: `(${conditions.map(({ text }) => text).join(` ${is} `)})`, values: conditions.flatMap(({ values }) => values) };
}
