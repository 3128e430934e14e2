import { randomInt } from 'node:crypto';

/**
 * What a certificate is looked up by: `BUR-7K3M-Q9TX-H4WD-2`. Twelve characters at random, some 59 bits, so that nobody finds certificates by
 * trying and no two are equal; and one that the others result in, so that a slip of the pen is told from a forgery. 31 characters, none of which is
 * taken for another: that is a prime, so every wrong character and every two that changed places are noticed.
 */
const CHARACTERS = '0123456789ABCDEFGHJKMNPQRSTWXYZ';
const LENGTH = 12;

export function newSerial(): string {
  const characters = Array.from({ length: LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
  return written(characters + checkOf(characters));
}

/**
 * A serial as somebody typed it, as it is written; in any case, with or without its dashes.
 * @returns undefined for what cannot be one
 */
export function readSerial(typed: string): string | undefined {
  const text = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const [, characters = '', check] = /^BUR([0-9A-Z]{12})([0-9A-Z])$/.exec(text) ?? [];
  const isOne = [...characters].every((one) => CHARACTERS.includes(one)) && check === checkOf(characters);
  return isOne && check !== undefined ? written(characters + check) : undefined;
}

function checkOf(characters: string): string {
  const sum = [...characters].reduce((all, one, index) => all + (index + 2) * CHARACTERS.indexOf(one), 0);
  return CHARACTERS.charAt(sum % CHARACTERS.length);
}

function written(characters: string): string {
  return ['BUR', ...(characters.match(/.{1,4}/g) ?? [])].join('-');
}
