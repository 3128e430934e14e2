import 'reflect-metadata';
import { Transform, Type } from 'class-transformer';
import { IsInt, IsIP, IsOptional, IsString, IsUrl, Matches, Max, Min, ValidateBy } from 'class-validator';
import { isCurrencyCode } from '../money/index.js';

export const list = ({ value }: { value: unknown }): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value;
/** Anything but these two words is left as it is, to be refused. */
export const flag = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;
export const anyHost = { require_tld: false, require_protocol: true, protocols: ['http', 'https'] };

export interface StripeAccess {
  readonly secretKey: string;
  readonly webhookSecrets: string[];
  readonly apiUrl?: string;
  readonly isLive: boolean;
  /** The test clock that new customers are made on. */
  readonly testClock?: string;
}

export interface MpesaAccess {
  readonly apiUrl: string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Who is paid: a paybill number, or the store number of a till. */
  readonly shortcode: string;
  /** The till's own number, when it is one. */
  readonly till?: string;
  readonly passkey: string;
  /** Who reverses and pays out, and the password of it as M-Pesa wants it: encrypted. */
  readonly initiatorName: string;
  readonly securityCredential: string;
  /** Addresses that outcomes may come from; any when empty. */
  readonly callbackAddresses: string[];
  /** Where outcomes are sent: a token is put behind it. */
  readonly callbackUrl: string;
}

export interface PaymobAccess {
  readonly apiUrl: string;
  readonly secretKey: string;
  readonly publicKey: string;
  /** For questions about transactions. */
  readonly apiKey: string;
  /** More than one while it is being changed. */
  readonly hmacSecrets: string[];
  readonly integrationIds: number[];
  readonly currency: string;
  readonly callbackUrl: string;
}

/** How the providers are reached. One whose keys are not set is not offered; when none are, all are played by the sandbox. */
export class ProviderSettings {
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  PORT = 3001;

  /** Where the stand-ins for the providers listen in the embedded run. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  SANDBOX_PORT = 3010;

  /** Where providers reach this API from outside: `https://pay.school.example`. */
  @IsOptional()
  @IsUrl(anyHost)
  PUBLIC_URL?: string;

  @IsOptional()
  @Matches(/^(sk|rk)_(test|live)_/, { message: 'STRIPE_SECRET_KEY must start with sk_ or rk_, then test_ or live_' })
  STRIPE_SECRET_KEY?: string;

  /** One secret per webhook endpoint, comma separated; two while one is being rolled. */
  @Transform(list)
  @Matches(/^whsec_/, { each: true, message: 'STRIPE_WEBHOOK_SECRET must be a list of secrets that start with whsec_' })
  STRIPE_WEBHOOK_SECRET: string[] = [];

  /** Another address for Stripe's API, such as the stand-in's. */
  @IsOptional()
  @IsUrl(anyHost)
  STRIPE_API_URL?: string;

  /** A test clock of Stripe's: new customers are made on it, so that their subscriptions live by its time. Only with a test key. */
  @IsOptional()
  @Matches(/^clock_/, { message: 'STRIPE_TEST_CLOCK must start with clock_' })
  STRIPE_TEST_CLOCK?: string;

  @IsOptional()
  @IsString()
  MPESA_CONSUMER_KEY?: string;

  @IsOptional()
  @IsString()
  MPESA_CONSUMER_SECRET?: string;

  /** The paybill number, or the store number of a till. */
  @IsOptional()
  @Matches(/^\d{5,7}$/, { message: 'MPESA_SHORTCODE must be a number of five to seven digits' })
  MPESA_SHORTCODE?: string;

  /** The till's own number, when money is paid to one. */
  @IsOptional()
  @Matches(/^\d{5,9}$/, { message: 'MPESA_TILL must be a number of five to nine digits' })
  MPESA_TILL?: string;

  @IsOptional()
  @IsString()
  MPESA_PASSKEY?: string;

  /** The API user that reverses payments and pays out. */
  @IsOptional()
  @IsString()
  MPESA_INITIATOR?: string;

  /** Its password, encrypted with M-Pesa's certificate; lives 90 days. */
  @IsOptional()
  @IsString()
  MPESA_SECURITY_CREDENTIAL?: string;

  @IsUrl(anyHost)
  MPESA_API_URL = 'https://api.safaricom.co.ke';

  /** Addresses that callbacks may come from, comma separated; any unless set. */
  @Transform(list)
  @IsIP(undefined, { each: true, message: 'MPESA_CALLBACK_ADDRESSES must be a list of IP addresses' })
  MPESA_CALLBACK_ADDRESSES: string[] = [];

  @IsOptional()
  @IsString()
  PAYMOB_SECRET_KEY?: string;

  @IsOptional()
  @IsString()
  PAYMOB_PUBLIC_KEY?: string;

  @IsOptional()
  @IsString()
  PAYMOB_API_KEY?: string;

  /** Comma separated; two while one is being changed. */
  @Transform(list)
  @IsString({ each: true })
  PAYMOB_HMAC_SECRET: string[] = [];

  /** The integrations that buyers may choose from, comma separated numbers. */
  @Transform(list)
  @Matches(/^\d+$/, { each: true, message: 'PAYMOB_INTEGRATIONS must be a list of numbers' })
  PAYMOB_INTEGRATIONS: string[] = [];

  /** The one that the integrations are made for. */
  @ValidateBy(
    { name: 'currency', validator: { validate: isCurrencyCode } },
    { message: 'PAYMOB_CURRENCY must be an ISO 4217 code in capitals' },
  )
  PAYMOB_CURRENCY = 'EGP';

  @IsUrl(anyHost)
  PAYMOB_API_URL = 'https://accept.paymob.com';

  get usesSandbox(): boolean {
    return !this.STRIPE_SECRET_KEY && !this.MPESA_CONSUMER_KEY && !this.PAYMOB_SECRET_KEY;
  }

  get takesStripe(): boolean {
    return this.usesSandbox || this.STRIPE_SECRET_KEY !== undefined;
  }

  get takesMpesa(): boolean {
    return this.usesSandbox || this.MPESA_CONSUMER_KEY !== undefined;
  }

  get takesPaymob(): boolean {
    return this.usesSandbox || this.PAYMOB_SECRET_KEY !== undefined;
  }

  get stripe(): StripeAccess {
    const { STRIPE_SECRET_KEY: secretKey = 'sk_test_bursar_sandbox', STRIPE_WEBHOOK_SECRET: secrets } = this;
    return {
      secretKey,
      webhookSecrets: this.usesSandbox ? ['whsec_bursar_sandbox'] : secrets,
      apiUrl: this.STRIPE_API_URL ?? (this.usesSandbox ? this.standIn('') : undefined),
      isLive: /^[a-z]+_live_/.test(secretKey),
      testClock: this.STRIPE_TEST_CLOCK,
    };
  }

  get mpesa(): MpesaAccess {
    return {
      apiUrl: this.usesSandbox ? this.standIn('/daraja') : this.MPESA_API_URL.replace(/\/$/, ''),
      consumerKey: this.MPESA_CONSUMER_KEY ?? 'bursar-sandbox',
      consumerSecret: this.MPESA_CONSUMER_SECRET ?? 'bursar-sandbox-secret',
      shortcode: this.MPESA_SHORTCODE ?? '174379',
      till: this.MPESA_TILL,
      passkey: this.MPESA_PASSKEY ?? 'bursar-sandbox-passkey',
      initiatorName: this.MPESA_INITIATOR ?? 'bursar',
      securityCredential: this.MPESA_SECURITY_CREDENTIAL ?? 'YnVyc2FyLXNhbmRib3g=',
      callbackAddresses: this.MPESA_CALLBACK_ADDRESSES,
      callbackUrl: `${this.reachedAt}/api/webhooks/daraja`,
    };
  }

  get paymob(): PaymobAccess {
    return {
      apiUrl: this.usesSandbox ? this.standIn('/paymob') : this.PAYMOB_API_URL.replace(/\/$/, ''),
      secretKey: this.PAYMOB_SECRET_KEY ?? 'egy_sk_test_bursar_sandbox',
      publicKey: this.PAYMOB_PUBLIC_KEY ?? 'egy_pk_test_bursar_sandbox',
      apiKey: this.PAYMOB_API_KEY ?? 'bursar-sandbox-api-key',
      hmacSecrets: this.usesSandbox ? ['bursar-sandbox-hmac'] : this.PAYMOB_HMAC_SECRET,
      integrationIds: this.usesSandbox ? [1001, 1002] : this.PAYMOB_INTEGRATIONS.map(Number),
      currency: this.PAYMOB_CURRENCY,
      callbackUrl: `${this.reachedAt}/api/finance/webhooks/paymob`,
    };
  }

  /** Where the API is reached from outside, without a slash at the end. */
  get reachedAt(): string {
    return (this.PUBLIC_URL ?? `http://127.0.0.1:${this.PORT}`).replace(/\/$/, '');
  }

  private standIn(path: string): string {
    return `http://127.0.0.1:${this.SANDBOX_PORT}${path}`;
  }
}
