// The type of a write location: the file or URL that a Target writes to.
/**
 * Where a Target writes. Two Targets with the same file would overwrite each other; two Targets with the same URL can share it with
 * separate Scopes.
 */
export interface WriteLocation {
  readonly kind: 'file' | 'address';
  /** The path of the file, or the URL, with the values of `{target}` and of secrets, so it must not be logged. */
  readonly text: string;
  /** The setting that determines the location, as a dotted path within `settings`. */
  readonly path: string;
}
