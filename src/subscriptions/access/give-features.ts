import { Injectable, type OnModuleInit } from '@nestjs/common';
import { FeatureAccess, type FeatureSource } from '../../platform/auth/index.js';
import { Plans } from '../plans/plans.js';
import { OwnPlan } from './own-plan.js';

/** What people may do by their plan. */
@Injectable()
export class GiveFeatures implements FeatureSource, OnModuleInit {
  constructor(
    private readonly ownPlan: OwnPlan,
    private readonly plans: Plans,
    private readonly features: FeatureAccess,
  ) {}

  onModuleInit(): void {
    this.features.register(this);
  }

  async gives(userId: string, feature: string): Promise<boolean> {
    return (await this.ownPlan.of(userId)).features.includes(feature);
  }

  offering(feature: string): readonly string[] {
    return this.plans.withFeature(feature).map(({ name }) => `the plan ${name}`);
  }
}
