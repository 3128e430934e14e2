import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Eta } from 'eta';
import type { CertificateDto } from './certificates.dto.js';
import { dayInWords } from './day-in-words.js';

const views = import.meta.dirname;
const eta = new Eta({ views, cache: true, autoEscape: true, autoTrim: false });
const style = readFileSync(join(views, 'certificate.css'), 'utf8');

/** The page needs its style and nothing else, so nothing else is let in. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a person sees who verifies a certificate, or looks for one that there is not. */
export function certificatePage(certificate: CertificateDto | undefined, typed: string): string {
  const view = certificate
    ? { ...certificate, day: dayInWords(certificate.issuedAt), at: certificate.issuedAt.toISOString() }
    : { typed: typed.slice(0, 60) };
  return eta.render('certificate.html.eta', { style, found: certificate !== undefined, ...view });
}
