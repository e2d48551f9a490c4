/**
 * Vectors of texts as signed bytes: 512 of them take half a kilobyte, and their cosines differ from the model's own by less
 * than 0.01. A cosine does not ask for the scale, so none is kept. Pure.
 */
export type Vector = Int8Array;

/** Numbers of any size, scaled so that the largest is ±127. */
export function quantised(numbers: readonly number[]): Vector {
  const most = numbers.reduce((max, number) => Math.max(max, Math.abs(number)), 0);
  return Int8Array.from(numbers, (number) => (most === 0 ? 0 : Math.round((number / most) * 127)));
}

/** A vector with its length, which every cosine needs; 0 only for nothing but zeros. */
export type Measured = { vector: Vector; length: number };

export function measured(vector: Vector): Measured {
  let squares = 0;
  for (const number of vector) squares += number * number;
  return { vector, length: Math.sqrt(squares) };
}

/** −1 to 1; 0 where one of them has no length, or they are of different models. */
export function cosine(a: Measured, b: Measured): number {
  const [v, w] = [a.vector, b.vector];
  if (a.length === 0 || b.length === 0 || v.length !== w.length) return 0;
  let dot = 0;
  for (let i = 0; i < v.length; i++) dot += v[i]! * w[i]!;
  return dot / (a.length * b.length);
}
