/**
 * The functions that expressions may call, each with its signature and a line of help: JSONata's that Step Functions has and
 * those that it adds, and JSONPath's intrinsic functions.
 *
 * Sources: docs.jsonata.org (function library), AWS Step Functions Developer Guide ("Transforming data with JSONata",
 * "Intrinsic functions for JSONPath states").
 */
export type FunctionHelp = { name: string; signature: string; help: string };

const rows = (text: string): FunctionHelp[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [call = '', help = ''] = line.trim().split(' — ');
      const at = call.indexOf('(');
      return { name: call.slice(0, at), signature: call.slice(at), help };
    });

export const JSONATA_FUNCTIONS = rows(`
$string(value, prettify?) — The value as a text; objects and lists as JSON
$number(value) — A text or yes/no as a number
$boolean(value) — Whether the value counts as true
$length(text) — How many characters a text has
$uppercase(text) — In capitals
$lowercase(text) — In small letters
$trim(text) — Without blanks at both ends, and single ones between
$substring(text, start, length?) — A part of a text; the first character is 0
$substringBefore(text, mark) — What stands before the mark
$substringAfter(text, mark) — What stands behind the mark
$pad(text, width, char?) — Filled up to a width; a negative one fills the front
$contains(text, pattern) — Whether a text has the pattern in it
$split(text, separator, limit?) — Cuts a text into a list
$join(list, separator?) — Joins a list of texts into one
$match(text, pattern, limit?) — What a regular expression finds
$replace(text, pattern, with, limit?) — Replaces what is found
$formatNumber(number, picture) — A number written as "#,##0.00" says
$formatBase(number, radix?) — A whole number in another base
$formatInteger(number, picture) — A whole number in words or as "1st" says
$parseInteger(text, picture) — Reads what $formatInteger writes
$abs(number) — Without its sign
$floor(number) — The whole number below
$ceil(number) — The whole number above
$round(number, digits?) — Rounded, half to even
$power(base, exponent) — A power
$sqrt(number) — The square root
$sum(list) — All numbers of a list together
$max(list) — The greatest number
$min(list) — The least number
$average(list) — The mean of a list of numbers
$count(list) — How many items a list has
$append(list, list) — Two lists as one
$sort(list, function?) — In order, or as the function says
$reverse(list) — The other way round
$shuffle(list) — In random order
$distinct(list) — Each value once
$zip(list, list…) — First with first, second with second
$map(list, function($item, $index)) — What the function makes of each item
$filter(list, function($item)) — The items for which it is true
$single(list, function($item)) — The one item for which it is true
$reduce(list, function($sum, $item), init?) — One value from all items
$sift(object, function($value, $key)) — The fields for which it is true
$each(object, function($value, $key)) — A list made of the fields
$keys(object) — The names of the fields
$lookup(object, name) — The field of that name
$spread(object) — An object for each field
$merge(list) — All objects of a list as one
$type(value) — "string", "number", "array", …
$exists(value) — Whether there is anything
$assert(condition, message?) — Fails the step unless it is true
$error(message?) — Fails the step with a message
$not(value) — The opposite
$now(picture?, zone?) — This moment as a text
$millis() — This moment in milliseconds since 1970
$fromMillis(number, picture?, zone?) — Milliseconds as a moment
$toMillis(text, picture?) — A moment as milliseconds
$base64encode(text) — In base64
$base64decode(text) — Out of base64
$encodeUrl(text) — Fit for a web address
$encodeUrlComponent(text) — Fit for a part of a web address
$decodeUrl(text) — A web address, readable
$decodeUrlComponent(text) — A part of a web address, readable
$clone(value) — A copy
$partition(list, size) — Cuts a list into lists of a size
$range(start, end, step) — A list of numbers
$hash(text, algorithm) — MD5, SHA-1, SHA-256, SHA-384 or SHA-512
$random(seed?) — A number from 0 up to 1
$uuid() — A new random id
$parse(text) — Reads a JSON text
`);

export const INTRINSICS = rows(`
States.Format('{} …', value, …) — Puts values into a text
States.StringToJson(text) — Reads a JSON text
States.JsonToString(value) — Writes a value as JSON text
States.Array(value, …) — A list of the values
States.ArrayPartition(list, size) — Cuts a list into lists of a size
States.ArrayContains(list, value) — Whether a list has the value
States.ArrayRange(start, end, step) — A list of numbers
States.ArrayGetItem(list, index) — The item at a place; the first is 0
States.ArrayLength(list) — How many items a list has
States.ArrayUnique(list) — Each value once
States.Base64Encode(text) — In base64
States.Base64Decode(text) — Out of base64
States.Hash(text, algorithm) — MD5, SHA-1, SHA-256, SHA-384 or SHA-512
States.JsonMerge(object, object, false) — Two objects as one
States.MathRandom(start, end) — A random number
States.MathAdd(number, number) — The sum
States.StringSplit(text, separators) — Cuts a text into a list
States.UUID() — A new random id
`);
