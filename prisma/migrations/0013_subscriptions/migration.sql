-- CreateEnum
CREATE TYPE "subscription_status" AS ENUM ('INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE', 'CANCELED', 'EXPIRED');

-- CreateEnum
CREATE TYPE "billing_period" AS ENUM ('MONTH', 'YEAR');

-- CreateTable
CREATE TABLE "subscriptions" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT,
    "reference" TEXT,
    "redirect_url" TEXT,
    "method_id" TEXT,
    "idempotency_key" TEXT,
    "status" "subscription_status" NOT NULL DEFAULT 'INCOMPLETE',
    "tier" TEXT NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "period" "billing_period" NOT NULL,
    "price" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "tax_rate" INTEGER NOT NULL DEFAULT 0,
    "tax_country" TEXT,
    "tax_region" TEXT,
    "tax_inclusive" BOOLEAN NOT NULL DEFAULT false,
    "trial_days" INTEGER NOT NULL DEFAULT 0,
    "trial_ends_at" TIMESTAMPTZ(3),
    "period_start" TIMESTAMPTZ(3),
    "period_end" TIMESTAMPTZ(3),
    "cancel_at_period_end" BOOLEAN NOT NULL DEFAULT false,
    "next_tier" TEXT,
    "next_period" "billing_period",
    "next_title" TEXT,
    "past_due_since" TIMESTAMPTZ(3),
    "grace_ends_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3),
    "pay_url" TEXT,
    "open" BOOLEAN NOT NULL DEFAULT false,
    "suspended_by" TEXT,
    "ending" BOOLEAN NOT NULL DEFAULT false,
    "ended_at" TIMESTAMPTZ(3),
    "changing_until" TIMESTAMPTZ(3),
    "changes" INTEGER NOT NULL DEFAULT 0,
    "next_look_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "subscriptions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "subscriptions_user_id_id_idx" ON "subscriptions"("user_id", "id");

-- CreateIndex
CREATE INDEX "subscriptions_status_id_idx" ON "subscriptions"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_user_id_idempotency_key_key" ON "subscriptions"("user_id", "idempotency_key");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_provider_external_id_key" ON "subscriptions"("provider", "external_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_provider_reference_key" ON "subscriptions"("provider", "reference");

-- Rule: one live subscription for each person.
CREATE UNIQUE INDEX "subscriptions_live" ON "subscriptions" ("user_id") WHERE "status" IN ('INCOMPLETE', 'TRIALING', 'ACTIVE', 'PAST_DUE');
CREATE INDEX "subscriptions_due" ON "subscriptions" ("next_look_at") WHERE "next_look_at" IS NOT NULL;
ALTER TABLE "subscriptions"
  ADD CONSTRAINT "subscriptions_price" CHECK ("price" > 0),
  ADD CONSTRAINT "subscriptions_ended" CHECK (("status" IN ('CANCELED', 'EXPIRED')) = ("ended_at" IS NOT NULL)),
  ADD CONSTRAINT "subscriptions_open" CHECK (NOT "open" OR "status" IN ('TRIALING', 'ACTIVE', 'PAST_DUE') AND NOT "ending" AND "suspended_by" IS NULL),
  ADD CONSTRAINT "subscriptions_past_due" CHECK ("past_due_since" IS NULL OR "status" IN ('PAST_DUE', 'CANCELED', 'EXPIRED')),
  ADD CONSTRAINT "subscriptions_grace" CHECK (("past_due_since" IS NULL) = ("grace_ends_at" IS NULL)),
  ADD CONSTRAINT "subscriptions_period" CHECK ("period_end" > "period_start"),
  ADD CONSTRAINT "subscriptions_next" CHECK (("next_tier" IS NULL) = ("next_period" IS NULL)),
  ADD CONSTRAINT "subscriptions_attempts" CHECK ("attempts" >= 0 AND "changes" >= 0 AND "tries" >= 0);
