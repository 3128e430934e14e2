import { FollowPlan } from './follow-plan.js';
import { PlanCourses } from './plan-courses.js';

/** Places that hang on a plan. */
export const plans = [PlanCourses, FollowPlan];
