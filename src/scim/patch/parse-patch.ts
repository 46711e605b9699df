// Parses the body of a PATCH.
import { invalidSyntax, invalidValue, ScimError } from '../errors.ts';
import { findIgnoringCase } from '../lenient/any-client.ts';
import { lowerOp } from '../lenient/entra.ts';
import { isObject } from '../resource.ts';
import type { PatchOperation } from './patch-operation.ts';

/** Max operations in one PATCH. Each takes time, and known clients send fewer than a hundred. */
const maxOperations = 1_000;

/**
 * Parses the body of a PATCH (RFC 7644 §3.5.2). `schemas` and unknown keys are ignored. A PATCH with empty `Operations` changes nothing
 * (the SCIM Validator once sent one; docs/entra-facts.md#scim-validator).
 * @throws {ScimError} invalidSyntax if the structure of the body is invalid, invalidValue for an add without a value.
 */
export function parsePatch(body: unknown): readonly PatchOperation[] {
  const operations = isObject(body) ? findIgnoringCase(body, 'Operations') : undefined;
  if (!Array.isArray(operations)) throw invalidSyntax('The body must be an object with an "Operations" array.');
  if (operations.length > maxOperations) {
    throw new ScimError(
      413,
      undefined,
      `The PATCH has ${operations.length} Operations (max ${maxOperations}). Split it into several requests.`,
    );
  }
  return operations.map((operation, index) => parseOperation(operation, `Operations[${index}]`));
}

function parseOperation(operation: unknown, at: string): PatchOperation {
  if (!isObject(operation)) throw invalidSyntax(`${at} must be an object.`);
  const { path, value } = operation;
  const op = typeof operation['op'] === 'string' ? lowerOp(operation['op']) : undefined;
  if (op !== 'add' && op !== 'replace' && op !== 'remove') throw invalidSyntax(`${at}.op must be add, replace or remove.`);
  if (path !== undefined && path !== null && typeof path !== 'string') throw invalidSyntax(`${at}.path must be a string.`);
  if (op === 'add' && value === undefined) throw invalidValue(`${at}.value`, 'is missing. An add operation requires it');
  const hasPath = typeof path === 'string' && path.trim() !== '';
  return { op, ...(hasPath && { path }), ...(value !== undefined && { value }) };
}
