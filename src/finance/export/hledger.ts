import type { EntryWithPostings } from '../../ledger/index.js';
import { currencyExponent, Money } from '../../platform/money/index.js';

/**
 * The journal as hledger reads it (hledger.org, "journal format"): one transaction per entry, codes as account names, the currency
 * before the amount. Each currency is declared at its first use, so that its decimals are kept.
 */
export async function* toHledger(entries: AsyncIterable<EntryWithPostings>): AsyncGenerator<string> {
  const declared = new Set<string>();
  for await (const entry of entries) {
    for (const { currency } of entry.postings) {
      if (declared.has(currency)) continue;
      declared.add(currency);
      yield `commodity ${currency} 1000.${'0'.repeat(currencyExponent(Money.zero(currency).currency))}\n\n`;
    }
    yield transaction(entry);
  }
}

function transaction({ id, kind, reference, objectType, objectId, effectiveAt, postings }: EntryWithPostings): string {
  const head = `${effectiveAt.toISOString().slice(0, 10)} * (${id}) ${kind} | ${plain(reference)}  ; ${objectType}: ${plain(objectId)}`;
  const legs = postings.map(({ account, currency, amount }) => `    ${plain(account)}  ${decimal(amount, currency)}`);
  return `${[head, ...legs].join('\n')}\n\n`;
}

function decimal(minor: bigint, currency: string): string {
  const [amount = ''] = Money.of(minor, currency).toString().split(' ');
  return `${currency} ${amount}`;
}

/** Line ends and the two-blank separator mean something to hledger. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(';', ',');
}
