-- Folds up to p_limit deltas into the rollups and answers how many. It consumes what it folds, whatever the order in which transactions
-- committed, in one statement: at any moment an account's rollup and what is not yet folded sum to its postings.
CREATE OR REPLACE FUNCTION ledger_fold(p_limit integer) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH taken AS (
    DELETE FROM ledger_deltas
    WHERE id IN (SELECT id FROM ledger_deltas ORDER BY id LIMIT p_limit FOR UPDATE SKIP LOCKED)
    RETURNING account_id, debits, credits
  ), folded AS (
    INSERT INTO ledger_rollups (account_id, debits, credits)
    SELECT account_id, sum(debits), sum(credits) FROM taken GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id) DO UPDATE SET
      debits = ledger_rollups.debits + excluded.debits, credits = ledger_rollups.credits + excluded.credits
  )
  SELECT count(*)::integer FROM taken
$$;
