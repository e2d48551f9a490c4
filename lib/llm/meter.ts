/** What a model was asked for today, as long as this process runs: for the owner to see what it spends. */

export type Spent = {
  /** questions sent, second tries included */
  calls: number;
  /** an estimate, sent and answered together: servers do not all count alike, or at all */
  tokens: number;
};

/** Characters of a token in English text and JSON, as providers themselves say to reckon. */
const CHARACTERS = 4;

export type Meter = { sent(characters: number): void; got(characters: number): void; today(): Spent };

/** @param now ms since 1970; a new day, in this machine's time, begins at nothing */
export function createMeter(now: () => number = Date.now): Meter {
  let day = '';
  let calls = 0;
  let characters = 0;
  const turn = () => {
    const today = new Date(now()).toDateString();
    if (today !== day) [day, calls, characters] = [today, 0, 0];
  };
  return {
    sent(more) {
      turn();
      calls++;
      characters += more;
    },
    got(more) {
      turn();
      characters += more;
    },
    today() {
      turn();
      return { calls, tokens: Math.ceil(characters / CHARACTERS) };
    },
  };
}
