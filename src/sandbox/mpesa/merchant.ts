import type { Callbacks } from '../common/callbacks.js';
import type { MpesaSettings } from './settings.js';
import type { MpesaStore } from './store.js';
import { Switches } from './switches.js';

/** The merchant whose account the stand-in plays: what is known of it, its clock, and how it is told things. */
export class Merchant {
  readonly switches = new Switches();

  constructor(
    readonly store: MpesaStore,
    readonly settings: MpesaSettings,
    readonly callbacks: Callbacks,
    private readonly clock: () => Date,
  ) {}

  time(): Date {
    return this.clock();
  }
}

/** As M-Pesa names an organization, and a person. */
export function merchantName({ settings }: Merchant): string {
  return `${settings.shortcode} - Sandbox Shop`;
}

export function personName(phone: string): string {
  return `${phone} - Sandbox Person`;
}
