// node verify-license.mjs <keys.json> <license file> [domain]: prints OK and exits with 0, or why not. Needs no packages and no network.
import { verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
const [keysPath, filePath, domain = null] = process.argv.slice(2);
const { keys } = JSON.parse(readFileSync(keysPath, 'utf8'));
function reasonOf(file, now = Date.now() / 1000) {
  const [header, body, signature] = file.split('.').map((part) => Buffer.from(part, 'base64url'));
  // Written in the one right way alone: else bits that no signature covers could be changed unseen.
  if ([header, body, signature].map((part) => part?.toString('base64url')).join('.') !== file) return 'MALFORMED';
  const signed = Buffer.from(file.slice(0, file.lastIndexOf('.')));
  if (!keys.some((key) => verify(null, signed, { key, format: 'jwk' }, signature))) return 'BAD_SIGNATURE';
  if (JSON.parse(header).typ !== 'bursar-license-file') return 'MALFORMED'; // A licence's key is signed, too.
  const license = JSON.parse(body);
  if (license.domain !== domain) return 'WRONG_DOMAIN';
  if (now >= license.exp) return 'FILE_EXPIRED';
  return license.reason === 'OK' && now >= license.licenseExpiresAt ? 'EXPIRED' : license.reason;
}
const reason = reasonOf(readFileSync(filePath, 'utf8').trim());
console.log(reason);
process.exitCode = reason === 'OK' ? 0 : 1;
