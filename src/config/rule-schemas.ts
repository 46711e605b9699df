import { z } from 'zod';
import type { FieldFault, LeaverStep, MappingRule } from '../domain/target.ts';
import { durationText } from './quantities.ts';

const expression = z
  .string()
  .min(1, 'is empty: an expression is needed')
  .describe('A CEL expression over the person, in single quotes; a bare attribute name needs none.');

const fault = { hold: 'hold', omit: 'omit', cut: 'cut', send: 'send' } as const satisfies Record<FieldFault, FieldFault>;

/** One field of a Mapping, in any of its forms; parsed to the form that the definition keeps. */
export const mappingRule = z
  .union([
    expression,
    z
      .strictObject({
        from: expression.optional(),
        value: z.union([z.string(), z.number(), z.boolean()]).optional().describe('A constant, instead of from.'),
        empty: z
          .enum([fault.send, fault.omit, fault.hold])
          .optional()
          .describe('An empty value: send it as it is (default), leave the field out, or hold the Record back.'),
        max: z.int().min(1).optional().describe('Most characters that the product takes; no limit when missing.'),
        long: z
          .enum([fault.hold, fault.cut, fault.omit])
          .optional()
          .describe('A longer text: hold the Record back (default), cut it, or leave the field out.'),
      })
      .superRefine((rule, context) => {
        if ((rule.from === undefined) === (rule.value === undefined))
          context.addIssue({ code: 'custom', message: 'needs either from (an expression) or value (a constant)' });
        if (rule.value !== undefined && [rule.empty, rule.max, rule.long].some((setting) => setting !== undefined)) {
          context.addIssue({ code: 'custom', message: 'empty, max and long have no effect on a constant' });
        }
        if (rule.long !== undefined && rule.max === undefined)
          context.addIssue({ code: 'custom', path: ['long'], message: 'has no effect without max' });
      }),
  ])
  .transform((rule): MappingRule => (typeof rule === 'string' ? { from: rule } : withoutUndefined(rule)))
  .describe('How the field is made: an expression, or a map with from or value.');

/** All fields of a Mapping, in the order of the file. */
export const mappingRules = z.record(z.string().min(1), mappingRule);

const leaverStep = z
  .strictObject({
    do: z.enum(['deactivate', 'delete']).describe('What is done to the record at the Target.'),
    after: durationText.optional().describe('How long after the person became a leaver; at once when missing.'),
  })
  .transform(({ do: action, after = 0 }): LeaverStep => ({ do: action, afterMs: after }));

/** The steps of one reason, in their order. */
export const leaverSteps = z
  .array(leaverStep)
  .superRefine((steps, context) => {
    steps.forEach((step, index) => {
      const before = steps[index - 1];
      if (before === undefined) return;
      if (before.do === 'delete') context.addIssue({ code: 'custom', path: [index], message: 'comes after a delete and has no effect' });
      else if (step.afterMs < before.afterMs)
        context.addIssue({ code: 'custom', path: [index, 'after'], message: 'is shorter than that of the step before' });
    });
  })
  .describe('Steps in their order; an empty list keeps the record.');

/** Steps per reason. */
export const leavers = z
  .strictObject({
    gone: leaverSteps.optional().describe('A DELETE came from the directory.'),
    inactive: leaverSteps
      .optional()
      .describe('The directory says inactive: blocked, unassigned, out of its own scoping filter, soft-deleted.'),
    outOfScope: leaverSteps.optional().describe('A condition of the scope of this Target no longer holds.'),
  })
  .transform((reasons) => withoutUndefined(reasons))
  .describe(
    'What happens to people who should no longer be there, per reason; the first reason that has steps wins: gone, inactive, outOfScope.',
  );

/** One condition of a Scope; its name is the expression when none is given. */
export const scopeRule = z
  .union([
    expression,
    z.strictObject({
      rule: expression,
      name: z.string().min(1).optional().describe('How the condition is called where it is explained; the expression itself when missing.'),
      leavers: leaverSteps.optional().describe('Steps for people who fail this condition first, instead of leavers.outOfScope.'),
    }),
  ])
  .transform((rule) => (typeof rule === 'string' ? { name: rule, rule } : withoutUndefined({ ...rule, name: rule.name ?? rule.rule })));

/** Several rows for one person, as it stands under `settings`; a Target may name some of its keys only. */
export const rowsSettings = z.strictObject({
  each: expression.describe('A CEL expression that gives a list of texts: one row for each.'),
  as: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, 'is not a name for a value: letters and digits')
    .describe('The name under which the Mapping reads the value of its row.'),
  none: z
    .enum(['one', 'hold'])
    .optional()
    .describe('Nothing in the list: one row with the value empty (default), or hold the Record back.'),
});

/** The keys of an object that have a value: with exact optional properties, missing and `undefined` are different things. */
export function withoutUndefined<T extends object>(object: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
