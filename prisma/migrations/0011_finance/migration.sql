-- CreateEnum
CREATE TYPE "cash_movement_kind" AS ENUM ('FLOAT', 'BANKING', 'PAY_OUT');

-- CreateEnum
CREATE TYPE "payout_status" AS ENUM ('REQUESTED', 'IN_TRANSIT', 'PAID', 'REJECTED', 'FAILED', 'RETURNED');

-- CreateTable
CREATE TABLE "cash_movements" (
    "id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "kind" "cash_movement_kind" NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cash_movements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cash_counts" (
    "id" TEXT NOT NULL,
    "branch_id" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "currency" TEXT NOT NULL,
    "expected" BIGINT NOT NULL,
    "counted" BIGINT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "closed_day" BOOLEAN NOT NULL DEFAULT false,
    "counted_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cash_counts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "payout_accounts" (
    "user_id" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "external_id" TEXT NOT NULL,
    "ready" BOOLEAN NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "payout_accounts_pkey" PRIMARY KEY ("user_id","provider")
);

-- CreateTable
CREATE TABLE "payouts" (
    "id" TEXT NOT NULL,
    "payee_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "provider" "payment_provider" NOT NULL,
    "destination" TEXT NOT NULL,
    "status" "payout_status" NOT NULL,
    "requested_by" TEXT NOT NULL,
    "idempotency_key" TEXT,
    "decided_by" TEXT,
    "reason" TEXT,
    "external_id" TEXT,
    "failure_reason" TEXT,
    "next_try_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "settled_at" TIMESTAMPTZ(3),

    CONSTRAINT "payouts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "cash_movements_branch_id_day_idx" ON "cash_movements"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_movements_actor_id_idempotency_key_key" ON "cash_movements"("actor_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "cash_counts_branch_id_day_idx" ON "cash_counts"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_counts_counted_by_idempotency_key_key" ON "cash_counts"("counted_by", "idempotency_key");

-- CreateIndex
CREATE INDEX "payout_accounts_provider_external_id_idx" ON "payout_accounts"("provider", "external_id");

-- CreateIndex
CREATE INDEX "payouts_payee_id_id_idx" ON "payouts"("payee_id", "id");

-- CreateIndex
CREATE INDEX "payouts_status_id_idx" ON "payouts"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "payouts_requested_by_idempotency_key_key" ON "payouts"("requested_by", "idempotency_key");

-- AddForeignKey
ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_amount" CHECK ("amount" > 0);
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_amounts" CHECK ("expected" >= 0 AND "counted" >= 0);
-- A day is closed once.
CREATE UNIQUE INDEX "cash_counts_closing" ON "cash_counts" ("branch_id", "currency", "day") WHERE "closed_day";
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_amount" CHECK ("amount" > 0);
CREATE INDEX "payouts_due" ON "payouts" ("next_try_at") WHERE "next_try_at" IS NOT NULL;
