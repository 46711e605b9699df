// A problem found by a check, before it is located in a file.
import type { Problem } from '../../domain/errors.ts';
import type { Path } from '../yaml/yaml-file.ts';

/** A finding of a check, not yet placed in a file. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string;
  readonly level: Problem['level'];
  /** Offset of the character within the text at `path`, from 0; missing: its beginning. */
  readonly offset?: number;
  /** True if the fix belongs in the Target's file, even if the Connector sets this key. */
  readonly inTarget?: boolean;
}
