import { createPrivateKey } from 'node:crypto';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength, ValidateBy } from 'class-validator';
import { isCurrencyCode } from '../money/index.js';
import { ContentSettings } from './content-settings.js';
import { anyHost, flag, list } from './provider-settings.js';

export const DEVELOPMENT_SECRET = 'development-secret-not-for-production';
export const DEVELOPMENT_SENDER = 'Bursar <no-reply@bursar.example>';

/** Per cent, 0 to 100, with at most four decimals; more would be cut off without a word. */
const isPercentage = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value <= 100 && Math.round(value * 10_000) / 10_000 === value;
const isSigningKey = (value: unknown) => {
  try {
    const key = createPrivateKey({ key: Buffer.from(String(value), 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
};
const mailbox = /^(?:[^<>\r\n]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/;
const isMaxPrice = (value: unknown) =>
  typeof value === 'string' && /^[A-Z]{3}:[1-9]\d{0,9}$/.test(value) && isCurrencyCode(value.slice(0, 3));

/**
 * Everything the environment decides, validated once at boot. Each field is the variable of the same name;
 * `.env.example` documents them for operators and a test holds the two together.
 */
export class Settings extends ContentSettings {
  @IsIn(['development', 'test', 'production'])
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  /** `api` serves HTTP, `worker` runs drainers, sweeps and jobs, `all` does both. */
  @IsIn(['all', 'api', 'worker'])
  ROLE: 'all' | 'api' | 'worker' = 'all';

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  LOG_LEVEL = 'info';

  /** The application's role. */
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_URL must be a postgresql:// URL' })
  DATABASE_URL: string;

  /** The role that owns the schema; only the migration step uses it. */
  @IsOptional()
  @Matches(/^postgres(ql)?:\/\//, { message: 'DATABASE_OWNER_URL must be a postgresql:// URL' })
  DATABASE_OWNER_URL?: string;

  /** Connections per process. */
  @Type(() => Number)
  @IsInt()
  @Min(2)
  @Max(200)
  DATABASE_POOL_SIZE = 16;

  /** Where buyers return to after paying; also the origin that return URLs may name. */
  @IsUrl(anyHost)
  FRONTEND_URL = 'http://localhost:3000';

  /** Further origins that may call the API from a browser and receive buyers back, comma separated. */
  @Transform(list)
  @IsUrl(anyHost, { each: true })
  CORS_ORIGINS: string[] = [];

  /** Signs the built-in issuer's access tokens (HS256); at least 32 characters. */
  @IsString()
  @MinLength(32)
  JWT_SECRET = DEVELOPMENT_SECRET;

  /** Life of an access token, in seconds. */
  @Type(() => Number)
  @IsInt()
  @Min(30)
  @Max(86_400)
  JWT_EXPIRES_IN = 900;

  /** Life of a refresh token, in days. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  REFRESH_TOKEN_DAYS = 30;

  /** An external issuer's keys (OIDC, Clerk): set all of AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE, or none. */
  @IsOptional()
  @IsUrl(anyHost)
  AUTH_JWKS_URL?: string;

  @IsOptional()
  @IsString()
  AUTH_ISSUER?: string;

  @IsOptional()
  @IsString()
  AUTH_AUDIENCE?: string;

  /** Where e-mails are handed over. Without it they are recorded and not sent. */
  @IsOptional()
  @Matches(/^smtps?:\/\/[^\s/]/, { message: 'SMTP_URL must be an smtp:// or smtps:// URL' })
  SMTP_URL?: string;

  /** Who e-mails come from: `School <pay@school.example>`. */
  @Matches(mailbox, { message: 'MAIL_FROM must be an address, or a name with an address in <>' })
  MAIL_FROM = DEVELOPMENT_SENDER;

  /** Where answers to e-mails go, if not to MAIL_FROM. */
  @IsOptional()
  @Matches(mailbox, { message: 'MAIL_REPLY_TO must be an address, or a name with an address in <>' })
  MAIL_REPLY_TO?: string;

  /** Currencies that courses may be priced in, comma separated ISO 4217 codes; lists compare prices in the first unless asked otherwise. */
  @Transform(list)
  @ValidateBy(
    { name: 'currency', validator: { validate: isCurrencyCode } },
    { each: true, message: 'CURRENCIES must be a list of ISO 4217 codes in capitals' },
  )
  CURRENCIES: string[] = ['USD', 'EUR', 'GBP', 'KES', 'EGP', 'CAD', 'AUD', 'JPY', 'KWD'];

  /** Highest price of a course in whole units of a currency, such as `KES:1500000`, comma separated; 10,000 where nothing is said. */
  @Transform(list)
  @ValidateBy(
    { name: 'maxPrice', validator: { validate: isMaxPrice } },
    { each: true, message: 'MAX_PRICES must be a list of currencies and whole units, such as KES:1500000,JPY:1500000' },
  )
  MAX_PRICES: string[] = [];

  /** Tax in countries that the tax table does not list, and where the country is not known: per cent, up to four decimals. */
  @Type(() => Number)
  @ValidateBy(
    { name: 'percentage', validator: { validate: isPercentage } },
    { message: 'DEFAULT_TAX_RATE must be a percentage from 0 to 100 with at most four decimals' },
  )
  DEFAULT_TAX_RATE = 0;

  /** Whether prices hold the tax already. */
  @Transform(flag)
  @IsIn([true, false], { message: 'TAX_INCLUSIVE must be true or false' })
  TAX_INCLUSIVE = false;

  /** Days from a sale until the instructor's share of it may be paid out. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(365)
  EARNINGS_HOLD_DAYS = 14;

  /** How long a place that became free in a premium course is kept for whoever waited for it, in hours. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(720)
  WAITLIST_OFFER_HOURS = 48;

  /** The plans that one may subscribe to: a JSON file, relative to where the process starts. */
  @IsString()
  @MinLength(1)
  PLANS_FILE = 'config/plans.json';

  /** What is rewarded with tokens, and what they are worth: a JSON file, relative to where the process starts. */
  @IsString()
  @MinLength(1)
  REWARDS_FILE = 'config/rewards.json';

  /** The tiers that licences are sold in: a JSON file, relative to where the process starts. */
  @IsString()
  @MinLength(1)
  LICENSES_FILE = 'config/licenses.json';

  /**
   * Sign licences: Ed25519 private keys, PKCS #8 in base64, newest first, comma separated. Those after the first only prove what they have
   * signed. Without one production sells no licences, and everything else signs with a key that everybody knows.
   */
  @Transform(list)
  @ValidateBy(
    { name: 'ed25519', validator: { validate: isSigningKey } },
    { each: true, message: 'LICENSE_SIGNING_KEYS must be Ed25519 private keys, PKCS #8 in base64' },
  )
  LICENSE_SIGNING_KEYS: string[] = [];

  /** How long what a subscription gives stands after a renewal could not be collected, in days. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60)
  SUBSCRIPTION_GRACE_DAYS = 7;

  /** The least that is paid out at once, in whole units of a currency, such as `USD:50,KES:1000`; the least that is possible where nothing is said. */
  @Transform(list)
  @ValidateBy(
    { name: 'amounts', validator: { validate: isMaxPrice } },
    { each: true, message: 'PAYOUT_MINIMUMS must be a list of currencies and whole units, such as USD:50,KES:1000' },
  )
  PAYOUT_MINIMUMS: string[] = [];

  /** Up to so much is paid out without an admin's approval, such as `USD:500,KES:50000`; nothing where nothing is said. */
  @Transform(list)
  @ValidateBy(
    { name: 'amounts', validator: { validate: isMaxPrice } },
    {
      each: true,
      message: 'PAYOUT_APPROVAL_ABOVE must be a list of currencies and whole units, such as USD:500,KES:50000',
    },
  )
  PAYOUT_APPROVAL_ABOVE: string[] = [];

  /** When payouts are begun by themselves: on the first of a month, on Mondays (UTC), or never. */
  @IsIn(['manual', 'weekly', 'monthly'])
  PAYOUT_SCHEDULE: 'manual' | 'weekly' | 'monthly' = 'manual';

  /** Requests a minute from one address before it is answered 429. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  RATE_LIMIT_PER_MINUTE = 1200;

  /** Sign-in attempts a minute from one address. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  SIGN_IN_LIMIT_PER_MINUTE = 20;

  /** Validations of licences a minute from one address. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  VALIDATION_LIMIT_PER_MINUTE = 60;

  /** How many reverse proxies stand in front; their X-Forwarded-For is believed. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  TRUSTED_PROXIES = 0;

  /** Lets a production process start on the sandbox, default secrets or a frontend without TLS. */
  @Transform(flag)
  @IsIn([true, false], { message: 'ALLOW_INSECURE_PRODUCTION must be true or false' })
  ALLOW_INSECURE_PRODUCTION = false;

  get runsWorkers(): boolean {
    return this.ROLE !== 'api';
  }
}
