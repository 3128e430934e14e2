/** A parsed form: hashes all the way down. Whether a hash is meant as an array only the parameter's schema can say. */
export type FormValue = string | FormHash;
export interface FormHash {
  [key: string]: FormValue;
}

/** `a[b]=1&c[0]=2&d[]=3` as Stripe reads it; the last of two equal scalars wins. */
export function parseForm(text: string): FormHash {
  const form = emptyHash();
  for (const [name, value] of new URLSearchParams(text)) {
    const path = pathOf(name);
    const last = path.pop() ?? name;
    const target = path.reduce(descend, form);
    target[keyIn(target, last)] = value;
  }
  return form;
}

/** The same parameters give the same text, in whatever order they were sent. */
export function canonicalForm(form: FormHash): string {
  return JSON.stringify(form, (_, value: unknown) =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(byKey)) : value,
  );
}

function pathOf(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) return [name];
  const [, head = name, brackets = ''] = match;
  return [head, ...Array.from(brackets.matchAll(/\[([^\]]*)\]/g), (part) => part[1] ?? '')];
}

function descend(hash: FormHash, segment: string): FormHash {
  const key = keyIn(hash, segment);
  const existing = hash[key];
  if (typeof existing === 'object') return existing;
  const created = emptyHash();
  hash[key] = created;
  return created;
}

/** `[]` appends. */
function keyIn(hash: FormHash, segment: string): string {
  return segment === '' ? String(Object.keys(hash).length) : segment;
}

/** Without a prototype, so that a parameter named `__proto__` or `constructor` is just a parameter. */
function emptyHash(): FormHash {
  return Object.create(null) as FormHash;
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
