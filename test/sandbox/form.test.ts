import { describe, expect, it } from '@jest/globals';
import { canonicalForm, parseForm } from '../../src/sandbox/stripe/form.js';

describe('forms', () => {
  it.each<[string, unknown]>([
    ['a=1&b=two+words&c=%C3%A9', { a: '1', b: 'two words', c: 'é' }],
    ['a[b]=1&a[c][d]=2', { a: { b: '1', c: { d: '2' } } }],
    ['a%5Bb%5D=1', { a: { b: '1' } }],
    ['a[0]=x&a[1]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[]=x&a[]=y', { a: { 0: 'x', 1: 'y' } }],
    ['a[0][b]=x&a[1][b]=y', { a: { 0: { b: 'x' }, 1: { b: 'y' } } }],
    ['a=&b[c]=', { a: '', b: { c: '' } }],
    ['a=1&a=2', { a: '2' }],
    ['a[b=1', { 'a[b': '1' }],
    ['', {}],
  ])('reads %s', (text, expected) => {
    expect(JSON.parse(JSON.stringify(parseForm(text)))).toEqual(expected);
  });

  it('takes no parameter for something of its own', () => {
    const form = parseForm('__proto__[polluted]=1&constructor=2');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('compares without regard to order', () => {
    expect(canonicalForm(parseForm('a=1&b[x]=2&b[y]=3'))).toBe(canonicalForm(parseForm('b[y]=3&b[x]=2&a=1')));
    expect(canonicalForm(parseForm('a=1'))).not.toBe(canonicalForm(parseForm('a=2')));
  });
});
