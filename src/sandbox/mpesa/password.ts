import { refusedByMpesa } from './errors.js';
import type { Fields } from './fields.js';
import type { Merchant } from './merchant.js';

/** Reads what proves the merchant; what is returned compares it, so that the form of everything else can be looked at before. */
export function passwordCheck({ settings }: Merchant, fields: Fields): () => void {
  const shortcode = fields.shortcode('BusinessShortCode');
  const timestamp = fields.text('Timestamp', /^\d{14}$/);
  const password = fields.text('Password');
  return () => {
    if (shortcode !== settings.shortcode) throw refusedByMpesa('Merchant does not exist');
    const expected = Buffer.from(settings.shortcode + settings.passkey + timestamp, 'utf8').toString('base64');
    if (password !== expected) throw refusedByMpesa('Wrong credentials');
  };
}
