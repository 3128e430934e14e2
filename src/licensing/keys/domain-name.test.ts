import { expect, it } from '@jest/globals';
import { domainName } from './domain-name.js';

it.each([
  ['learn.acme.example', 'learn.acme.example'],
  [' Learn.ACME.Example ', 'learn.acme.example'],
  ['acme.example.', 'acme.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
  ['ａｃｍｅ.example', 'acme.example'],
  ['acme。example', 'acme.example'],
  ['1.2.3.acme', '1.2.3.acme'],
  [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
])('%j is the domain %s', (given, domain) => {
  expect(domainName(given)).toBe(domain);
});

it.each([
  ...['', '.', 'localhost', 'acme', 'acme..example', '.acme.example', 'acme.example..', 'acme .example'],
  ...[
    'acme.example:443',
    'https://acme.example',
    'acme.example/',
    'acme.example?a',
    'acme.example#a',
    'me@acme.example',
  ],
  ...['127.0.0.1', '0x7f.1', '2130706433', '１２７.0.0.1', '[::1]', '::1', '1.2.3.4.'],
  ...[
    '-acme.example',
    'acme-.example',
    'ac_me.example',
    '*.acme.example',
    'ac%6De.example',
    'acme\\.example',
    'a\u0000.example',
  ],
  ...[`${'a'.repeat(64)}.example`, `${'a.'.repeat(125)}example`],
])('%j is no domain', (given) => {
  expect(domainName(given)).toBeUndefined();
});
