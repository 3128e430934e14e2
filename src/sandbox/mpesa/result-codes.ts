/** Numbers mostly, and sometimes text: receivers go by the code, never by the words. */
export type ResultCode = number | string;

/** The words of the day; in life they change. */
const words: Readonly<Record<string, string>> = {
  '0': 'The service request is processed successfully.',
  '1': 'The balance is insufficient for the transaction.',
  '17': 'Rule limited.',
  '26': 'System busy. Try again in a short while.',
  '1001': 'Unable to lock subscriber, a transaction is already in process for the current subscriber',
  '1019': 'Transaction has expired',
  '1025': 'An error occurred while sending a push request.',
  '1032': 'Request cancelled by user',
  '1037': 'No response from user.',
  '2001': 'The initiator information is invalid.',
  '2032': 'The transaction does not exist.',
  '8006': 'The security credential is locked.',
  '9999': 'An error occurred while sending a push request.',
  R000001: 'The transaction has already been reversed.',
  R000002: 'The OriginalTransactionID is invalid.',
  SFC_IC0003: 'The operator does not exist.',
};

export function wordsFor(code: ResultCode): string {
  return words[String(code)] ?? 'The service request has failed.';
}
