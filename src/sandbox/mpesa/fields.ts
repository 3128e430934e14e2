import { DarajaError, invalid } from './errors.js';

const forbiddenInUrls = /mpesa|safaricom|exe|cmd|sql|query/i;
const kenyanMobile = /^254[17]\d{8}$/;
const shortcode = /^\d{5,7}$/;

/** The body of a request. Numbers may come as text and text as numbers: Daraja does not mind. */
export class Fields {
  private constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  static parse(body: string): Fields {
    const refused = new DarajaError(400, '400.002.05', 'Invalid Request Payload');
    let values: unknown;
    try {
      values = JSON.parse(body);
    } catch {
      throw refused;
    }
    if (typeof values !== 'object' || values === null || Array.isArray(values)) throw refused;
    return new Fields({ ...values });
  }

  /** Undefined when it is missing, empty, or neither text nor number. */
  find(name: string): string | undefined {
    const value = this.values[name];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return String(value).trim() || undefined;
  }

  /** `called` is what the refusal names, where that is something else. */
  text(name: string, pattern = /^/, called = name): string {
    const value = this.find(name);
    if (value === undefined || !pattern.test(value)) throw invalid(called);
    return value;
  }

  oneOf(name: string, choices: readonly string[]): string {
    const value = this.text(name);
    if (!choices.includes(value)) throw invalid(name);
    return value;
  }

  /** Whole shillings. */
  amount(least: number, most: number): number {
    const amount = Number(this.text('Amount', /^\d+$/));
    if (amount < least || amount > most) throw invalid('Amount');
    return amount;
  }

  phone(name: string, called = name): string {
    return this.text(name, kenyanMobile, called);
  }

  shortcode(name: string): string {
    return this.text(name, shortcode);
  }

  /** Where the outcome is to be told: refused for a word anywhere in it, the host included. */
  url(name: string): string {
    const value = this.text(name, /^https?:\/\//i);
    if (!URL.canParse(value) || forbiddenInUrls.test(value)) throw invalid(name);
    return value;
  }

  /** To be looked at, without what is secret. */
  shown(): Record<string, unknown> {
    const secret = ['Password', 'SecurityCredential'].filter((name) => name in this.values);
    return { ...this.values, ...Object.fromEntries(secret.map((name) => [name, '(not shown)'])) };
  }
}
