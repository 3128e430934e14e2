import { domainToASCII } from 'node:url';

/** Of a URL, but of no domain; and what a URL's host is allowed to be written with. */
const MORE_THAN_A_DOMAIN = /[\s/\\?#@:%[\]]/u;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least two labels, of which the last is no number: that would be an address. */
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`);

/** The domain in ASCII and small letters; undefined for what is none: an address, a port, a path, a host without a dot. */
export function domainName(text: string): string | undefined {
  const given = text.trim();
  if (MORE_THAN_A_DOMAIN.test(given)) return undefined;
  const ascii = domainToASCII(given).replace(/\.$/, '');
  return DOMAIN.test(ascii) ? ascii : undefined;
}
