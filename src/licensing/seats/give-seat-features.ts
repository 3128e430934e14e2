import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FeatureAccess, type FeatureSource } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Tiers } from '../tiers/tiers.js';
import { OpenSeats } from './open-seats.js';

/** What people may do by seats of licences, to the moment at which those expire. */
@Injectable()
export class GiveSeatFeatures implements FeatureSource, OnModuleInit {
  constructor(
    private readonly openSeats: OpenSeats,
    private readonly tiers: Tiers,
    private readonly features: FeatureAccess,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.features.register(this);
  }

  async gives(userId: string, feature: string): Promise<boolean> {
    const now = this.clock.now();
    const seats = await this.openSeats.of(userId);
    return seats.some(({ tier, expiresAt }) => expiresAt > now && tier.features.includes(feature));
  }

  offering(feature: string): readonly string[] {
    return this.tiers.withFeature(feature).map(({ name }) => `a seat of a licence ${name}`);
  }
}
