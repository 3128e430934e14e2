/**
 * The bytes of a webhook as Stripe sends them, measured on recorded deliveries: two spaces of indentation, an empty
 * object over two lines, an empty array over three, nothing but JSON's own characters escaped, no newline at the end.
 * Parsing and stringifying does not give these bytes back, so a receiver that verifies anything but the raw body fails
 * here as it would in life.
 */
export function webhookBody(event: object): string {
  return render(JSON.parse(JSON.stringify(event)), '');
}

function render(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => inner + render(item, inner));
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return `{\n${indent}}`;
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${render(item, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
