import type { CustomAttribute } from '../domain/person-view.ts';
import { leaverReasons, type Action, type LeaverReason, type LeaverStep, type TargetDefinition } from '../domain/target.ts';
import { checkDefinition } from '../mapping/definition.ts';
import { compileExpression } from '../mapping/expression/compile.ts';
import { personLanguage } from '../mapping/expression/language.ts';
import { hintFor } from '../mapping/nearest.ts';
import type { Finding } from './finding.ts';
import { findBrokenReferences } from './secrets.ts';

/**
 * What is wrong with a merged definition beyond the form of its files. Paths are those of the definition, `rows` under `settings`
 * as it is written. Needs nothing but the definition: what this machine lacks is another question.
 */
export function checkMerged(definition: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  const expressions = checkExpressions(definition, attributes);
  return [
    ...expressions,
    ...(expressions.length === 0 ? checkScopeReads(definition, attributes) : []),
    ...checkNames(definition),
    ...checkMatch(definition),
    ...checkSteps(definition),
    ...checkFullFile(definition),
    ...checkHeader(definition),
    ...noteLeaversThatStay(definition),
    ...findBrokenReferences(definition.settings).map(({ path, message }) => problem(['settings', ...path], message)),
  ];
}

function problem(path: Finding['path'], message: string, hint?: string): Finding {
  return { path, message, level: 'problem', ...(hint !== undefined && { hint }) };
}

function checkExpressions(definition: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  return checkDefinition(definition, attributes).map(({ path, message, hint, position }) => {
    const where =
      position.line > 1
        ? `line ${position.line}, character ${position.column} of the expression`
        : `character ${position.column} of the expression`;
    return problem(path[0] === 'rows' ? ['settings', ...path] : path, `${message} (${where})`, hint);
  });
}

/** `active` in a condition would make every inactive person a Leaver for being out of scope: other steps, another explanation. */
function checkScopeReads({ scope, tables }: TargetDefinition, attributes: readonly CustomAttribute[]): readonly Finding[] {
  const language = personLanguage({ attributes, tables });
  return scope.flatMap(({ rule }, index) =>
    compileExpression(rule, language, 'condition').reads.has('active')
      ? [
          problem(
            ['scope', index, 'rule'],
            'active does not belong into a scope',
            'say under leavers.inactive what happens to inactive people',
          ),
        ]
      : [],
  );
}

function checkNames({ scope }: TargetDefinition): readonly Finding[] {
  return scope.flatMap(({ name }, index) =>
    scope.findIndex((other) => other.name === name) < index
      ? [problem(['scope', index], `there is another condition "${name}"`, 'give this one a name of its own')]
      : [],
  );
}

function checkMatch({ match, mapping }: TargetDefinition): readonly Finding[] {
  const fields = Object.keys(mapping);
  return match.flatMap((alternative, index) =>
    alternative
      .filter((field) => !Object.hasOwn(mapping, field))
      .map((field) => problem(['match', index], `${field} is no field of the mapping`, hintFor(field, fields))),
  );
}

interface PlacedStep {
  readonly path: Finding['path'];
  readonly step: LeaverStep;
}

function placedSteps({ leavers, scope }: TargetDefinition): readonly PlacedStep[] {
  const place = (path: Finding['path'], steps: readonly LeaverStep[] = []) =>
    steps.map((step, index): PlacedStep => ({ path: [...path, index, 'do'], step }));
  return [
    ...leaverReasons.flatMap((reason) => place(['leavers', reason], leavers[reason])),
    ...scope.flatMap((rule, index) => place(['scope', index, 'leavers'], rule.leavers)),
  ];
}

function checkSteps(definition: TargetDefinition): readonly Finding[] {
  const { can, connector } = definition;
  return placedSteps(definition)
    .filter(({ step }) => !can.includes(step.do))
    .map(({ path, step }) => {
      const other: Action = step.do === 'delete' ? 'deactivate' : 'delete';
      return problem(
        path,
        `${connector} cannot ${step.do} (it can ${can.join(', ')})`,
        can.includes(other) ? `use do: ${other}` : 'leave the step out: leavers stay at the Target',
      );
    });
}

/** A full file removes people by leaving them out, which does nothing where the product keeps whoever is missing. */
function checkFullFile(definition: TargetDefinition): readonly Finding[] {
  const { driver, settings, absent } = definition;
  if (driver !== 'csv' || settings['mode'] !== 'full') return [];
  if (absent === undefined) {
    return [
      problem(
        ['absent'],
        'is missing: what does the product do with somebody who is not in the file?',
        'absent: kept, removed or disabled, in the Connector',
      ),
    ];
  }
  if (absent !== 'kept') return [];
  return placedSteps(definition)
    .filter(({ step }) => step.do === 'delete')
    .map(({ path }) =>
      problem(
        path,
        'leavers would stay at the Target: it keeps whoever is missing from a full file (absent: kept)',
        'leave the step out, or use a product that removes them',
      ),
    );
}

/** A field that no column takes would be dropped in silence; a column without a field stays empty, which some products want. */
function checkHeader({ settings, mapping }: TargetDefinition): readonly Finding[] {
  const header: unknown = settings['header'];
  if (!Array.isArray(header)) return [];
  const columns = header.filter((column) => typeof column === 'string');
  const fields = Object.keys(mapping);
  return [
    ...fields
      .filter((field) => !columns.includes(field))
      .map((field) => problem(['mapping', field], 'is no column of the header', hintFor(field, columns) ?? 'add it to settings.header')),
    ...columns
      .filter((column) => !fields.includes(column))
      .map((column) => ({
        path: ['settings', 'header', columns.indexOf(column)],
        message: `the column ${column} stays empty`,
        level: 'note' as const,
      })),
  ];
}

const whoStays: Readonly<Record<LeaverReason, string>> = {
  gone: 'people who are deleted in the directory stay',
  inactive: 'inactive people stay',
  outOfScope: 'people out of scope stay',
};

function noteLeaversThatStay({ target, leavers, scope }: TargetDefinition): readonly Finding[] {
  return leaverReasons
    .filter(
      (reason) =>
        leavers[reason] === undefined &&
        !(reason === 'outOfScope' && scope.length > 0 && scope.every((rule) => rule.leavers !== undefined)),
    )
    .filter((reason) => reason !== 'outOfScope' || scope.length > 0)
    .map((reason) => ({ path: ['leavers'], message: `${target}: ${whoStays[reason]} at the Target`, level: 'note' as const }));
}
