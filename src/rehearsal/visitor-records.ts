// The records of a simulated visitor system.
/** A record as the visitor system holds it: the fields that it was given, and the `id` that it gave. */
export type VisitorRecord = Readonly<Record<string, unknown>> & { readonly id: number };

/** Fields of a record as they come in. */
export type VisitorFields = Readonly<Record<string, unknown>>;

/** What a search may ask for; `q` finds texts that contain it, the others fields that are equal. Case does not count. */
export interface VisitorQuery {
  readonly q?: string;
  readonly equal: Readonly<Record<string, string>>;
}

/** The memory of a visitor system. Ids count up and are never used again. */
export class VisitorRecords {
  readonly #held = new Map<number, VisitorRecord>();
  #nextId = 4711;

  /** Everything, in the order of creation. */
  all(): readonly VisitorRecord[] {
    return [...this.#held.values()];
  }

  find({ q, equal }: VisitorQuery): readonly VisitorRecord[] {
    const wanted = q?.toLowerCase();
    return this.all().filter((record) => {
      const { id: _, ...fields } = record;
      const contains = wanted === undefined || Object.values(fields).some((value) => toText(value).includes(wanted));
      return contains && Object.entries(equal).every(([name, text]) => toText(record[name]) === text.toLowerCase());
    });
  }

  create(fields: VisitorFields): VisitorRecord {
    const record = { ...fields, id: this.#nextId++ };
    this.#held.set(record.id, record);
    return record;
  }

  /** Replaces all fields; `undefined` when there is no such record. */
  replace(id: number, fields: VisitorFields): VisitorRecord | undefined {
    if (!this.#held.has(id)) return undefined;
    const record = { ...fields, id };
    this.#held.set(id, record);
    return record;
  }

  /** False when there is no such record. */
  remove(id: number): boolean {
    return this.#held.delete(id);
  }

  /** The record that has this value in this field already, other than `but`. Nothing is a duplicate of an empty value. */
  findSame(field: string, value: unknown, but?: number): VisitorRecord | undefined {
    const text = toText(value);
    return text === '' ? undefined : this.all().find((record) => record.id !== but && toText(record[field]) === text);
  }

  /** Values of a field that more than one record has, in small letters, sorted. Empty values do not count. */
  repeated(field: string): readonly string[] {
    const byValue = Map.groupBy(this.all(), (record) => toText(record[field]));
    return [...byValue].flatMap(([value, records]) => (value !== '' && records.length > 1 ? [value] : [])).sort();
  }
}

function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value).toLowerCase() : '';
}
