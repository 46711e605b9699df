// The interface through which a Driver checks its settings for `config`.
import type { z } from 'zod';
import type { Problem } from '../../domain/errors.ts';
import type { TargetName } from '../../domain/ids.ts';
import type { TargetDefinition } from '../../domain/target.ts';
import type { WriteLocation } from '../../domain/write-location.ts';

/** Checks settings for one Driver; every Driver of the registry implements it. */
export interface SettingsChecker {
  readonly settings: z.ZodType;
  /** Finds problems that the schema cannot find. Paths are dotted, within `settings`. */
  check?(settings: unknown, definition: TargetDefinition): readonly (Omit<Problem, 'file' | 'line'> & { readonly path: string })[];
  writesTo?(settings: unknown, target: TargetName): WriteLocation | undefined;
}
