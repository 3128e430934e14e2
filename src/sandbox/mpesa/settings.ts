/** What a merchant gets from Safaricom, and what the API then asks for. */
export interface MpesaSettings {
  consumerKey: string;
  consumerSecret: string;
  /** The paybill; also the account that refunds and payouts come from. */
  shortcode: string;
  passkey: string;
  initiatorName: string;
  /** Compared as it stands: in life it is the initiator's password, encrypted for Safaricom once. */
  securityCredential: string;
  /** How long a phone rings before it is given up. */
  ringSeconds: number;
}

export const mpesaDefaults: Readonly<MpesaSettings> = {
  consumerKey: 'sandbox-consumer-key',
  consumerSecret: 'sandbox-consumer-secret',
  shortcode: '174379',
  passkey: 'sandbox-passkey',
  initiatorName: 'testapi',
  securityCredential: 'sandbox-security-credential',
  ringSeconds: 60,
};
