import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { s3Variables } from './content-settings.js';
import { DEVELOPMENT_SECRET, DEVELOPMENT_SENDER, Settings } from './settings.js';

/** Every missing or malformed variable, named in one message. */
export class SettingsError extends Error {
  constructor(problems: string[]) {
    super(
      `The configuration is not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}\nSee .env.example for every variable.`,
    );
    this.name = 'SettingsError';
  }
}

/** @throws SettingsError naming every problem at once. */
export function readSettings(environment: Record<string, string | undefined>): Settings {
  const known = new Settings();
  const given = Object.fromEntries(
    Object.entries(environment).filter(([key, value]) => value !== undefined && value !== '' && isVariable(key, known)),
  );
  const settings = plainToInstance(Settings, given, { exposeDefaultValues: true });
  const problems = validateSync(settings, { skipMissingProperties: false }).flatMap((error) =>
    Object.values(error.constraints ?? {}).map((text) =>
      text.includes(error.property) ? text : `${error.property}: ${text}`,
    ),
  );
  problems.push(...contradictions(settings), ...productionRisks(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The variables that Settings reads, for the test that holds `.env.example` to them. */
export const optionalVariables = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'AUTH_JWKS_URL',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'PUBLIC_URL',
  'STRIPE_SECRET_KEY',
  'STRIPE_API_URL',
  'STRIPE_TEST_CLOCK',
  'MPESA_CONSUMER_KEY',
  'MPESA_CONSUMER_SECRET',
  'MPESA_SHORTCODE',
  'MPESA_TILL',
  'MPESA_PASSKEY',
  'MPESA_INITIATOR',
  'MPESA_SECURITY_CREDENTIAL',
  'PAYMOB_SECRET_KEY',
  'PAYMOB_PUBLIC_KEY',
  'PAYMOB_API_KEY',
  'SMTP_URL',
  'MAIL_REPLY_TO',
  ...s3Variables,
] as const;

function isVariable(key: string, settings: Settings): boolean {
  return Object.hasOwn(settings, key) || (optionalVariables as readonly string[]).includes(key);
}

function contradictions(settings: Settings): string[] {
  const problems: string[] = [];
  const external = [settings.AUTH_JWKS_URL, settings.AUTH_ISSUER, settings.AUTH_AUDIENCE].filter(Boolean).length;
  if (external !== 0 && external !== 3)
    problems.push('AUTH_JWKS_URL, AUTH_ISSUER and AUTH_AUDIENCE go together: set all three or none');
  if (settings.STRIPE_SECRET_KEY && settings.STRIPE_WEBHOOK_SECRET.length === 0)
    problems.push('STRIPE_WEBHOOK_SECRET is missing: without it no webhook can be trusted');
  if (settings.STRIPE_TEST_CLOCK && settings.stripe.isLive)
    problems.push('STRIPE_TEST_CLOCK is set: with a live key there is no time but the real one');
  problems.push(...incomplete(settings));
  const unset = s3Variables.filter((name) => !settings[name]);
  if (unset.length > 0 && unset.length < s3Variables.length)
    problems.push(`${s3Variables.join(', ')} go together: ${unset.join(', ')} missing`);
  if (settings.NODE_ENV === 'production' && settings.SMTP_URL && settings.MAIL_FROM === DEVELOPMENT_SENDER)
    problems.push('MAIL_FROM is missing: e-mails need a sender of a domain of yours');
  return problems;
}

/** A provider is reached with all that it needs, or not at all. */
const needs = [
  [
    'MPESA_CONSUMER_KEY',
    'MPESA_CONSUMER_SECRET',
    'MPESA_SHORTCODE',
    'MPESA_PASSKEY',
    'MPESA_INITIATOR',
    'MPESA_SECURITY_CREDENTIAL',
  ],
  ['PAYMOB_SECRET_KEY', 'PAYMOB_PUBLIC_KEY', 'PAYMOB_API_KEY', 'PAYMOB_HMAC_SECRET', 'PAYMOB_INTEGRATIONS'],
] as const;
/** Callbacks to addresses that hold one of these are refused by M-Pesa. */
const wordsOfMpesa = /mpesa|safaricom|exe|cmd|sql|query/i;

function incomplete(settings: Settings): string[] {
  const problems: string[] = [];
  for (const names of needs) {
    const missing = names.filter((name) => !settings[name]?.length);
    if (missing.length === names.length) continue;
    if (missing.length > 0) problems.push(`${names.join(', ')} go together: ${missing.join(', ')} missing`);
    if (!settings.PUBLIC_URL)
      problems.push(`PUBLIC_URL is missing: ${names[0].split('_')[0]} has to know where to send what it has to tell`);
  }
  if (settings.MPESA_CONSUMER_KEY && wordsOfMpesa.test(settings.mpesa.callbackUrl))
    problems.push('PUBLIC_URL holds a word that M-Pesa refuses: mpesa, safaricom, exe, cmd, sql or query');
  return problems;
}

function productionRisks(settings: Settings): string[] {
  if (settings.NODE_ENV !== 'production' || settings.ALLOW_INSECURE_PRODUCTION) return [];
  return insecurities(settings).map(
    (risk) => `${risk} (refused in production; ALLOW_INSECURE_PRODUCTION=true starts anyway)`,
  );
}

/** What nobody should run with where it matters; said at every start. */
export function insecurities(settings: Settings): string[] {
  const risks: string[] = [];
  if (settings.JWT_SECRET === DEVELOPMENT_SECRET) risks.push('JWT_SECRET is the default of development');
  if (settings.usesSandbox)
    risks.push(
      'STRIPE_SECRET_KEY, MPESA_CONSUMER_KEY and PAYMOB_SECRET_KEY are missing: payments would go to the sandbox',
    );
  if (!settings.FRONTEND_URL.startsWith('https://')) risks.push('FRONTEND_URL is not https');
  if (settings.PUBLIC_URL?.startsWith('http://')) risks.push('PUBLIC_URL is not https');
  return risks;
}
