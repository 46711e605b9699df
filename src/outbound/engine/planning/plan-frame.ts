// The inputs of planning that are the same for all pages of a Run.
import type { SourceId } from '../../../domain/ids.ts';
import type { Contact } from '../../../domain/source.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { EngineDeps } from '../deps.ts';
import type { CompiledRules } from './derive-desired-state.ts';

/** The inputs of planning that are the same for all pages of a Run. */
export interface PlanFrame {
  readonly definition: TargetDefinition;
  readonly compiledTarget: CompiledRules;
  /** The time at which people who are found to leave count as Leavers. */
  readonly at: Date;
  readonly now: Date;
  readonly contacts: ReadonlyMap<SourceId, Contact>;
  /** Subjects whose Shadow this Run moves to another Subject. They are planned again afterwards. */
  readonly takenOver: Set<string>;
  /** Subjects that were planned together with an earlier page, because they exchange match keys with one of its Subjects. */
  readonly exchanged: Set<string>;
  /** Plans as if nothing were known about the Target: no Shadows, open Deliveries or rejections. Excluded people stay excluded. */
  readonly forgets?: boolean;
}

/** The last contacts of all Sources, which suspend leaver clocks. */
export async function readContacts(deps: EngineDeps): Promise<ReadonlyMap<SourceId, Contact>> {
  const sources = await deps.staging.sources.list();
  return new Map(sources.flatMap((source) => (source.contact === undefined ? [] : [[source.id, source.contact] as const])));
}
