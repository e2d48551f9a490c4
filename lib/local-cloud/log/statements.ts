/** Statements prepared once and asked by their text. */
import type { Db } from './database';

export type Value = string | number | null;
export type Query = {
  run(sql: string, ...values: Value[]): number;
  get<Row>(sql: string, ...values: Value[]): Row | undefined;
  all<Row>(sql: string, ...values: Value[]): Row[];
};

export function createQuery(db: Db): Query {
  const prepare = (sql: string) => db.prepare<Value[]>(sql);
  const known = new Map<string, ReturnType<typeof prepare>>();
  const statement = (sql: string) => {
    let found = known.get(sql);
    if (!found) {
      found = prepare(sql);
      known.set(sql, found);
    }
    return found;
  };
  return {
    run: (sql, ...values) => statement(sql).run(...values).changes,
    get: <Row>(sql: string, ...values: Value[]) => statement(sql).get(...values) as Row | undefined,
    all: <Row>(sql: string, ...values: Value[]) => statement(sql).all(...values) as Row[],
  };
}
