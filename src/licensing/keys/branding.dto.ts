import { Matches, ValidateBy } from 'class-validator';
import { Text, TextMap, WebAddress } from '../../platform/http/index.js';

const HEX = /^#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const areColors = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, color]) => NAME.test(name) && typeof color === 'string' && HEX.test(color));

export class SetBrandingDto {
  @Text({ description: "Instead of the school's name", optional: true, max: 80 })
  name?: string;

  @WebAddress({ description: 'Of a picture, with https', optional: true })
  @Matches(/^https:/i, { message: 'logoUrl must begin with https:' })
  logoUrl?: string;

  @TextMap({
    description: 'CSS colours in hexadecimal by what they are for, at most 20: `{"primary": "#0a7f5a"}`',
    optional: true,
  })
  @ValidateBy(
    { name: 'colors', validator: { validate: areColors } },
    { message: 'colors must map names in small letters to colours such as #0a7f5a' },
  )
  colors?: Record<string, string>;
}

export class BrandingQuery {
  @Text({ description: 'Where it is shown, such as `learn.acme.example`', max: 300 })
  domain: string;
}

export class BrandingDto {
  @Text({ description: "Instead of the school's name; null for that", nullable: true, max: 80 })
  name: string | null;

  @WebAddress({ description: "Of a picture; null for the school's", nullable: true })
  logoUrl: string | null;

  @TextMap({ description: "CSS colours by what they are for; null for the school's", nullable: true })
  colors: Record<string, string> | null;
}
