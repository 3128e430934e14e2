-- CreateEnum
CREATE TYPE "cash_movement_kind" AS ENUM ('FLOAT', 'BANKING', 'PAY_OUT');

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

-- CreateIndex
CREATE INDEX "cash_movements_branch_id_day_idx" ON "cash_movements"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_movements_actor_id_idempotency_key_key" ON "cash_movements"("actor_id", "idempotency_key");

-- CreateIndex
CREATE INDEX "cash_counts_branch_id_day_idx" ON "cash_counts"("branch_id", "day");

-- CreateIndex
CREATE UNIQUE INDEX "cash_counts_counted_by_idempotency_key_key" ON "cash_counts"("counted_by", "idempotency_key");

-- AddForeignKey
ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_branch_id_fkey" FOREIGN KEY ("branch_id") REFERENCES "branches"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "cash_movements" ADD CONSTRAINT "cash_movements_amount" CHECK ("amount" > 0);
ALTER TABLE "cash_counts" ADD CONSTRAINT "cash_counts_amounts" CHECK ("expected" >= 0 AND "counted" >= 0);
-- A day is closed once.
CREATE UNIQUE INDEX "cash_counts_closing" ON "cash_counts" ("branch_id", "currency", "day") WHERE "closed_day";
