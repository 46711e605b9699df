// Finds the first confirmation that an apply needs and that the person has not given.
import { showCount } from './wording.ts';
import { toOwnCommand } from './own-command.ts';

/** The facts that the operator must confirm, in addition to yes, before a Target's files are applied. */
export interface NeededAgreement {
  /** The address or the drop folder changes, and it is unknown whether the system is still the same. */
  readonly otherSystem: boolean;
  /** The effect of the first file on people who are missing from it (`Sine removes everyone …`). If not set, no confirmation is required. */
  readonly replaces?: string;
  /** Number of people in Scope without a valid row: the first file would drop them. If not set, no confirmation is required. */
  readonly without?: number;
}

/** The confirmations that the person has given. */
export interface GivenAgreement {
  readonly replaceAll: boolean;
  /** 0: not given. */
  readonly without: number;
  readonly system: 'same' | 'new' | undefined;
}

/** The reason why nothing is applied, and the command to use. */
export interface MissingAgreement {
  readonly message: string;
  readonly hint: string;
}

/** The first missing confirmation, with the command that gives all confirmations; `undefined` if none is missing. */
export function findMissingAgreement(target: string, needed: NeededAgreement, given: GivenAgreement): MissingAgreement | undefined {
  const { otherSystem, replaces, without } = needed;
  if (otherSystem && given.system === undefined) {
    return {
      message: `the address or drop folder of ${target} has changed`,
      hint:
        `If it is still the same system: ${toApplyCommand(target, needed, 'same')}. ` +
        `If it is a new, empty system: ${toApplyCommand(target, needed, 'new')}.`,
    };
  }
  const command = toApplyCommand(target, needed, given.system);
  if (replaces !== undefined && !given.replaceAll)
    return { message: describeReplacing(replaces, without), hint: `To confirm: ${command}.` };
  if (without === undefined || without === given.without) return undefined;
  if (without === 0) return { message: 'everyone in scope has a valid row, so --without is not needed', hint: `Use: ${command}.` };
  return {
    message: `${showWithout(without)} no valid row and would be missing from the file`,
    hint: `See them: ${toOwnCommand('plan', target)}. To continue without them: ${command}.`,
  };
}

/** Describes the effect of the first file, and the number of people without a valid row, as a clause without a full stop. */
export function describeReplacing(replaces: string, without = 0): string {
  return without === 0 ? replaces : `${replaces}, and ${showWithout(without)} no valid row`;
}

/** The command that applies a Target's files with all needed confirmations. */
export function toApplyCommand(target: string, { replaces, without }: NeededAgreement, system?: 'same' | 'new'): string {
  return toOwnCommand(
    'apply',
    target,
    ...(system === undefined ? [] : [`--${system}-system`]),
    ...(replaces === undefined && without === undefined ? [] : ['--replace-all']),
    ...(without === undefined || without === 0 ? [] : ['--without', String(without)]),
  );
}

function showWithout(number: number): string {
  return `${showCount(number, 'person', 'people')} in scope ${number === 1 ? 'has' : 'have'}`;
}
