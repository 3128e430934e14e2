-- CreateEnum
CREATE TYPE "coupon_discount_type" AS ENUM ('PERCENTAGE', 'FIXED_AMOUNT');

-- CreateEnum
CREATE TYPE "coupon_use_status" AS ENUM ('RESERVED', 'CONSUMED', 'RETURNED');

-- CreateTable
CREATE TABLE "coupons" (
    "id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "discount_type" "coupon_discount_type" NOT NULL,
    "discount_value" BIGINT NOT NULL,
    "currency" TEXT,
    "max_uses" INTEGER,
    "max_uses_per_user" INTEGER,
    "current_uses" INTEGER NOT NULL DEFAULT 0,
    "is_active" BOOLEAN NOT NULL DEFAULT true,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "valid_from" TIMESTAMPTZ(3),
    "valid_until" TIMESTAMPTZ(3),
    "minimum_amount" BIGINT,
    "maximum_discount" BIGINT,
    "applicable_courses" TEXT[],
    "applicable_kinds" TEXT[],
    "first_purchase_only" BOOLEAN NOT NULL DEFAULT false,
    "return_on_refund" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "coupons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "coupon_uses" (
    "id" TEXT NOT NULL,
    "coupon_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "session_id" TEXT NOT NULL,
    "status" "coupon_use_status" NOT NULL,
    "discount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "first_purchase_only" BOOLEAN NOT NULL,
    "reserved_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "returned_at" TIMESTAMPTZ(3),

    CONSTRAINT "coupon_uses_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "coupons_code_key" ON "coupons"("code");

-- CreateIndex
CREATE UNIQUE INDEX "coupon_uses_session_id_key" ON "coupon_uses"("session_id");

-- CreateIndex
CREATE INDEX "coupon_uses_coupon_id_id_idx" ON "coupon_uses"("coupon_id", "id");

-- AddForeignKey
ALTER TABLE "coupon_uses" ADD CONSTRAINT "coupon_uses_coupon_id_fkey" FOREIGN KEY ("coupon_id") REFERENCES "coupons"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "coupons"
  ADD CONSTRAINT "coupons_code" CHECK ("code" ~ '^[A-Z0-9_-]{3,40}$'),
  -- Behind the conditional update of coupon_take_slot.
  ADD CONSTRAINT "coupons_uses" CHECK ("current_uses" >= 0 AND ("max_uses" IS NULL OR "current_uses" <= "max_uses")),
  ADD CONSTRAINT "coupons_limits" CHECK ("max_uses" > 0 AND "max_uses_per_user" > 0),
  ADD CONSTRAINT "coupons_value" CHECK (
    "discount_value" > 0 AND ("discount_type" = 'FIXED_AMOUNT' OR "discount_value" <= 10000)),
  ADD CONSTRAINT "coupons_amounts" CHECK ("minimum_amount" > 0 AND "maximum_discount" > 0),
  ADD CONSTRAINT "coupons_currency" CHECK (
    "currency" IS NOT NULL
    OR ("discount_type" = 'PERCENTAGE' AND "minimum_amount" IS NULL AND "maximum_discount" IS NULL)),
  ADD CONSTRAINT "coupons_validity" CHECK ("valid_from" < "valid_until");
ALTER TABLE "coupon_uses"
  ADD CONSTRAINT "coupon_uses_discount" CHECK ("discount" > 0),
  ADD CONSTRAINT "coupon_uses_moments" CHECK (
    ("status" = 'CONSUMED' AND "consumed_at" IS NOT NULL AND "returned_at" IS NULL)
    OR ("status" = 'RESERVED' AND "consumed_at" IS NULL AND "returned_at" IS NULL)
    OR ("status" = 'RETURNED' AND "returned_at" IS NOT NULL));
-- A person has at most one live use of coupons for a first purchase, whatever was begun at once.
CREATE UNIQUE INDEX "coupon_uses_first_purchase" ON "coupon_uses" ("user_id")
  WHERE "first_purchase_only" AND "status" IN ('RESERVED', 'CONSUMED');
-- How often a person uses a coupon now.
CREATE INDEX "coupon_uses_live" ON "coupon_uses" ("user_id", "coupon_id") WHERE "status" IN ('RESERVED', 'CONSUMED');
CREATE INDEX "coupons_listed" ON "coupons" ("id") WHERE "is_active" AND "is_public";
