// The type of a problem that a check has found in a definition, before its file and line are known.
import type { Problem } from '../../domain/errors.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** A problem found by a check, without file and line. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly level: Problem['level'];
  /** Offset of the character within the text at `path`, counted from 0. Default: its beginning. */
  readonly offset?: number;
  /** True if the fix belongs in the Target's file, even if the Connector sets this key. */
  readonly inTarget?: boolean;
}
