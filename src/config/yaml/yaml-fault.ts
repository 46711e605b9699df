// The type of an error in the text of a YAML file.
/** One fault in the text of a YAML file. */
export interface YamlFault {
  /** Where: characters from the beginning of the text. */
  readonly offset: number;
  /** The fault and its cause: a phrase without a final full stop. */
  readonly message: string;
  /** What to do: a sentence. */
  readonly hint: string;
}
