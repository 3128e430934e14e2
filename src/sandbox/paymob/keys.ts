/** The account that the stand-in plays, as its dashboard shows it to the merchant. */
export interface PaymobKeys {
  /** Of calls about intentions, refunds and voids: `Authorization: Token …`. */
  secretKey: string;
  /** In the address of the hosted page. */
  publicKey: string;
  /** Exchanged for a token that is good for an hour, with which transactions are read. */
  apiKey: string;
  /** Signs callbacks and redirects. */
  hmacSecret: string;
  integrationIds: number[];
  /** Of every integration; upper case. */
  currency: string;
}

/** What the account has unless told otherwise. */
export const paymobDefaults: Readonly<PaymobKeys> = {
  secretKey: 'egy_sk_test_1f0c5b7e9a3d48c2b6e4a1d07f83c952',
  publicKey: 'egy_pk_test_7hT2mQx9LrVb4WzKc8NfYd3JsGa6EuPo',
  apiKey: 'ZXlKc2FuZGJveC1hcGkta2V5LW9mLXRoZS1zdGFuZC1pbg==',
  hmacSecret: '5C0A4F7E2B9D4136A8E1F03D7B6C9258',
  integrationIds: [4_810_021],
  currency: 'EGP',
};
