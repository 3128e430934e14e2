import type { IncludedCourses } from '../../enrollments/index.js';
import type { Money } from '../../platform/money/index.js';

export const BRAND_PARTS = ['NAME', 'LOGO', 'COLORS'] as const;
export type BrandPart = (typeof BRAND_PARTS)[number];

/** What licences are sold as. */
export interface Tier {
  /** Such as `BUSINESS`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  /** Premium courses that a seat gives. */
  readonly courses: IncludedCourses;
  readonly mostSeats: number;
  /** How many domains a licence may be activated on at once. */
  readonly mostDomains: number;
  /** What of the school's looks an organization may replace by its own. */
  readonly branding: readonly BrandPart[];
  /** Of one seat for one month, without what tax adds, in each currency that it is sold in. */
  readonly prices: readonly Money[];
}

/** The tiers that licences are sold in. */
export class Tiers {
  constructor(readonly all: readonly Tier[]) {}

  find(id: string): Tier | undefined {
    return this.all.find((tier) => tier.id === id);
  }

  /** Of something stored. A tier that licences are sold in stays in the file; without it, what the licence gave is nothing. */
  get(id: string): Tier {
    return this.find(id) ?? { ...NOTHING, id, name: id };
  }

  withFeature(feature: string): Tier[] {
    return this.all.filter(({ features }) => features.includes(feature));
  }
}

const NOTHING = {
  description: '',
  features: [],
  courses: [],
  mostSeats: 0,
  mostDomains: 0,
  branding: [],
  prices: [],
} as const;
