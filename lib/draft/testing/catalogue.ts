/** Functions of many trades, for the drafter's tests: nothing here is in the product's own catalogue. */
import { FunctionManifest, type JsonSchema } from '@/lib/functions/manifest';

const TYPES: Record<string, JsonSchema> = {
  text: { type: 'string' },
  number: { type: 'number' },
  integer: { type: 'integer' },
  boolean: { type: 'boolean' },
  url: { type: 'string', format: 'uri' },
  email: { type: 'string', format: 'email' },
  date: { type: 'string', format: 'date' },
  image: { type: 'string', format: 's3-uri', contentMediaType: 'image/*' },
  file: { type: 'string', format: 's3-uri' },
  pdf: { type: 'string', format: 's3-uri', contentMediaType: 'application/pdf' },
  texts: { type: 'array', items: { type: 'string' } },
  objects: { type: 'array', items: { type: 'object' } },
};

/** `'city text: the city; days integer?'`: name, type (`?` optional, `a|b` an enumeration), description. */
function schema(text: string): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const part of text
    .split(';')
    .map((piece) => piece.trim())
    .filter(Boolean)) {
    const [head, ...about] = part.split(':');
    const [name, type] = head!.trim().split(/\s+/);
    const plain = type!.replace(/\?$/, '');
    properties[name!] = {
      ...(plain.includes('|') ? { type: 'string', enum: plain.split('|') } : TYPES[plain]!),
      ...(about.length > 0 ? { description: about.join(':').trim() } : {}),
    };
    if (!type!.endsWith('?')) required.push(name!);
  }
  return { type: 'object', properties, required };
}

export const fn = (
  name: string,
  title: string,
  description: string,
  input: string,
  output: string,
  more: Partial<FunctionManifest> = {},
): FunctionManifest =>
  FunctionManifest.parse({
    name,
    title,
    description,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    input: schema(input),
    output: schema(output),
    ...more,
  });

export const CATALOGUE: FunctionManifest[] = [
  // a shop
  fn(
    'findOrder',
    'Find order',
    'Looks up an order by its number.',
    'order_number text: the number of the order',
    'customer_id text; total number: amount to pay; status open|paid|cancelled',
  ),
  fn(
    'getCustomer',
    'Get customer',
    'Reads the record of a customer.',
    'customer_id text',
    'name text; email email; city text',
  ),
  fn(
    'refund_order',
    'Refund order',
    'Pays the money of an order back.',
    'order_number text; amount number?',
    'receipt text',
    { effects: 'sends' },
  ),
  fn(
    'sendmail',
    'Send e-mail',
    'Sends an e-mail message to a recipient.',
    'to email: recipient; subject text?; body text: the message',
    'message_id text',
    { effects: 'sends', keywords: ['mail', 'notify'] },
  ),
  fn(
    'post-to-chat',
    'Post to chat',
    'Posts a message in a channel of the team chat.',
    'channel text; message text',
    'ok boolean',
    { effects: 'sends' },
  ),
  // weather and travel
  fn(
    'geocode',
    'Geocode',
    'Turns the name of a place into coordinates.',
    'place text: name of the city or place',
    'latitude number; longitude number',
  ),
  fn(
    'weatherforecast',
    'Weather forecast',
    'Forecasts the weather at a position for some days.',
    'latitude number; longitude number; days integer?',
    'temperature number; summary text',
  ),
  fn(
    'bookHotel',
    'Book hotel',
    'Books a room in a hotel.',
    'city text; check_in date; nights integer',
    'booking_code text',
    { effects: 'sends' },
  ),
  // health
  fn(
    'lookupPatient',
    'Look up patient',
    'Finds the id of a patient by name.',
    'name text: full name of the patient',
    'patient_id text',
  ),
  fn(
    'labResults',
    'Get lab results',
    'Lists the laboratory results of a patient.',
    'patient_id text',
    'results objects; hemoglobin number',
  ),
  // documents
  fn(
    'pdf2text',
    'Extract text from PDF',
    'Extracts the text of a PDF document.',
    'document pdf',
    'text text; pages integer',
  ),
  fn(
    'summarize',
    'Summarize text',
    'Shortens a text to its main points.',
    'text text; sentences integer?',
    'summary text',
  ),
  fn(
    'translate_text',
    'Translate text',
    'Translates a text into another language.',
    'text text; language english|german|french|spanish: the language to translate into',
    'translation text',
  ),
  fn(
    'sentiment',
    'Analyze sentiment',
    'Tells whether a text is positive, negative or neutral.',
    'text text',
    'sentiment positive|negative|neutral',
  ),
  // pictures
  fn(
    'cropPicture',
    'Crop picture',
    'Cuts a picture to a width and height.',
    'picture image; width integer: pixels; height integer: pixels',
    'picture image',
    { effects: 'writes-files' },
  ),
  fn(
    'to_grayscale',
    'Convert to black and white',
    'Takes the colours out of a picture.',
    'picture image',
    'picture image',
    { effects: 'writes-files', keywords: ['grey', 'monochrome'] },
  ),
  fn('sharelink', 'Make share link', 'Makes a public link to a stored file.', 'file file', 'url url', {
    keywords: ['share', 'public', 'address'],
  }),
  fn('detectFaces', 'Detect faces', 'Counts the faces in a picture.', 'picture image', 'faces integer'),
  // data
  fn('readCsv', 'Read CSV', 'Reads the rows of a CSV table.', 'table file: the CSV file', 'rows objects'),
  fn(
    'listSubscribers',
    'List subscribers',
    'Lists the e-mail addresses of all subscribers of a newsletter.',
    'newsletter text',
    'subscribers texts',
  ),
  fn(
    'qrcode',
    'Make QR code',
    'Draws a QR code of a text or link.',
    'content text: what the code says; size integer?: pixels',
    'image image',
    { effects: 'writes-files' },
  ),
  fn(
    'convert_currency',
    'Convert currency',
    'Converts an amount of money from one currency into another.',
    'amount number; from_currency text; to_currency text',
    'converted_amount number',
  ),
];
