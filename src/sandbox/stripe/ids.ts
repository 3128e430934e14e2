import { createHash, randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Prefix and number of random characters of each kind of id, in the lengths that Stripe uses. */
const formats = {
  account: ['acct_1', 15],
  account_link: ['', 24],
  application: ['ca_', 32],
  balance_transaction: ['txn_3', 23],
  bank_account: ['ba_1', 23],
  charge: ['ch_3', 23],
  'checkout.session': ['cs_test_a1', 57],
  customer: ['cus_', 14],
  delivery: ['whd_', 16],
  dispute: ['du_1', 23],
  event: ['evt_1', 23],
  invoice: ['in_1', 23],
  invoice_item: ['ii_1', 23],
  invoice_payment: ['inpay_1', 23],
  item: ['li_1', 23],
  line_item: ['il_1', 23],
  payment_intent: ['pi_3', 23],
  payment_method: ['pm_1', 23],
  payment: ['py_1', 23],
  payment_refund: ['pyr_1', 23],
  payout: ['po_1', 23],
  price: ['price_1', 23],
  product: ['prod_', 14],
  refund: ['re_3', 23],
  request: ['req_', 14],
  setup_attempt: ['setatt_1', 23],
  setup_intent: ['seti_1', 23],
  subscription: ['sub_1', 23],
  subscription_item: ['si_', 14],
  subscription_schedule: ['sub_sched_1', 23],
  tax_rate: ['txr_1', 23],
  test_clock: ['clock_1', 23],
  transfer: ['tr_3', 23],
  transfer_reversal: ['trr_1', 23],
  upcoming_invoice: ['upcoming_in_1', 23],
  webhook_endpoint: ['we_1', 23],
} as const satisfies Record<string, readonly [prefix: string, length: number]>;

export function newId(kind: keyof typeof formats): string {
  const [prefix, length] = formats[kind];
  return prefix + randomText(length);
}

export function randomText(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** The same text always gives the same id: endpoints named in the options keep theirs over a restart. */
export function idFrom(kind: keyof typeof formats, text: string): string {
  const [prefix, length] = formats[kind];
  return prefix + createHash('sha256').update(text).digest('hex').slice(0, length);
}

/** Stored objects refer to each other by id; only answers are expanded. */
export function idOf(reference: string | { id: string } | null): string {
  return typeof reference === 'string' ? reference : (reference?.id ?? '');
}
