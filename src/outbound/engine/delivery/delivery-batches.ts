// Divides due Deliveries into batches.
import type { Delivery } from '../../../domain/delivery.ts';

/**
 * Divides Deliveries into batches, in order. A Delivery that was in doubt is sent alone, so that a record that crashes the product does not
 * affect others.
 */
export function toBatches(due: readonly Delivery[], size: number): Delivery[][] {
  const batches: Delivery[][] = [];
  let open: Delivery[] = [];
  for (const delivery of due) {
    if (delivery.wasUnclear || delivery.receipt !== undefined) {
      batches.push([delivery]);
      continue;
    }
    open.push(delivery);
    if (open.length === size) {
      batches.push(open);
      open = [];
    }
  }
  if (open.length > 0) batches.push(open);
  return batches;
}
