// The type of an error in the text of a YAML file.
/** One error in the text of a YAML file. */
export interface YamlFault {
  /** Position in characters from the beginning of the text. */
  readonly offset: number;
  /** The error and its cause: a phrase without a final full stop. */
  readonly message: string;
  /** The fix: a sentence. */
  readonly hint: string;
}
