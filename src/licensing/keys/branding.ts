import type { LicenseRow } from '../licenses/license-states.js';
import type { BrandPart, Tier } from '../tiers/tiers.js';
import type { BrandingDto, SetBrandingDto } from './branding.dto.js';

/** Which field is which part of what a tier includes. */
export const partOf = { name: 'NAME', logoUrl: 'LOGO', colors: 'COLORS' } as const satisfies Record<
  keyof SetBrandingDto,
  BrandPart
>;

type Brand = Pick<LicenseRow, 'brandName' | 'brandLogo' | 'brandColors'>;

/** Of what a licence has, what its tier includes now. */
export function shownBranding({ brandName, brandLogo, brandColors }: Brand, { branding }: Tier): BrandingDto {
  const has = (field: keyof SetBrandingDto) => branding.includes(partOf[field]);
  return {
    name: has('name') ? brandName : null,
    logoUrl: has('logoUrl') ? brandLogo : null,
    colors: has('colors') ? colorsOf(brandColors) : null,
  };
}

function colorsOf(stored: LicenseRow['brandColors']): Record<string, string> | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const colors = Object.entries(stored).filter((color): color is [string, string] => typeof color[1] === 'string');
  return Object.fromEntries(colors);
}
