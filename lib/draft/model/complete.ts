/** The port to a language model: text in, text out. */

/** `schema`: JSON Schema that the answer must follow, by a name; `null` for plain text. */
export type CompletionRequest = {
  system: string;
  user: string;
  schema: { name: string; schema: Record<string, unknown> } | null;
  signal?: AbortSignal | undefined;
  /** what has been answered so far, whole, each time more has come */
  onText?: ((text: string) => void) | undefined;
};
/** @throws Error whose message can be shown to a person; it never holds a key */
export type Complete = (request: CompletionRequest) => Promise<string>;
