// The file or address that a Target writes to.
/** Where a Target writes to. Two Targets that write one file undo each other; two with one address may share it by their Scopes. */
export interface WriteLocation {
  readonly kind: 'file' | 'address';
  /** The path of the file, or the URL; `{target}` and secrets are in their places, so that it is not for the log. */
  readonly text: string;
  /** The setting that decides it, dotted, within `settings`. */
  readonly path: string;
}
