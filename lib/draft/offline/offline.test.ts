import { expect, test } from 'vitest';
import { Problem } from '@/lib/base/problem';
import type { AttachedFile, DraftPlan, PlanStep } from '../plan';
import { CATALOGUE, fn } from '../testing/catalogue';
import { lines } from '../testing/lines';
import { planOffline } from './index';
import { tokenize } from './tokens';

const NOW = new Date('2026-11-22T12:00:00');
const file = (name: string): AttachedFile => ({ name, mediaType: '', bytes: 10, uri: `s3://bucket/uploads/${name}` });
const plan = (prompt: string, files: string[] = [], manifests = CATALOGUE): DraftPlan =>
  planOffline({ prompt, files: files.map(file), manifests, now: NOW });

test.each<[string, string[], string[]]>([
  ['Find order 4711 and refund it.', [], ['findOrder(order_number=4711)', 'refund_order(order_number=4711)']],
  [
    'Look up order A-1001, get the customer and send them an e-mail saying "Your parcel is on its way".',
    [],
    [
      'findOrder(order_number=A-1001)',
      'getCustomer(customer_id=@findorder.customer_id)',
      'sendmail(to=@getcustomer.email, body=Your parcel is on its way)',
    ],
  ],
  [
    'What will the weather be in Oslo for the next 3 days?',
    [],
    ['geocode(place=Oslo)', 'weatherforecast(latitude=@geocode.latitude, longitude=@geocode.longitude, days=3)'],
  ],
  [
    'Get the lab results of Maria Lopez',
    [],
    ['lookupPatient(name=Maria Lopez)', 'labResults(patient_id=@lookuppatient.patient_id)'],
  ],
  [
    'Extract the text of the attached contract, summarize it in 5 sentences and translate the summary into German.',
    ['contract.pdf'],
    [
      'pdf2text(document=?document)',
      'summarize(text=@pdf2text.text, sentences=5)',
      'translate_text(text=@summarize.summary, language=german)',
    ],
  ],
  [
    'Crop the picture to 300x200, make it black and white, then share a link.',
    ['cat.png'],
    [
      'cropPicture(picture=?picture, width=300, height=200)',
      'to_grayscale(picture=@croppicture.picture)',
      'sharelink(file=@to_grayscale.picture)',
    ],
  ],
  ['Convert 250 USD to EUR', [], ['convert_currency(amount=250, from_currency=USD, to_currency=EUR)']],
  [
    'For each subscriber of the newsletter "Weekly", send an e-mail with the body "Hello".',
    [],
    ['loop @listsubscribers.subscribers', 'listSubscribers(newsletter=Weekly)', 'each: sendmail(to=each, body=Hello)'],
  ],
  [
    'Analyze the sentiment of "I hate waiting". If the sentiment is negative, post "Angry customer" to the channel support, otherwise send an e-mail to boss@example.com with "All good".',
    [],
    [
      'if @sentiment.sentiment = negative',
      'sentiment(text=I hate waiting)',
      'then: post-to-chat(channel=support, message=Angry customer)',
      'otherwise: sendmail(to=boss@example.com, body=All good)',
    ],
  ],
  [
    'Book a hotel in Rome on 2026-12-24 for 3 nights, then wait 10 minutes and post "booked" in the channel #travel.',
    [],
    [
      'bookHotel(city=Rome, check_in=2026-12-24, nights=3)',
      'post-to-chat(channel=#travel, message=booked)',
      'wait 600',
    ],
  ],
  [
    'Make a QR code for https://example.com/menu with a size of 400',
    [],
    ['qrcode(content=https://example.com/menu, size=400)'],
  ],
  [
    'Make the pictures black and white',
    ['a.png', 'b.png', 'c.jpg'],
    ['loop ?files', 'each: to_grayscale(picture=each)'],
  ],
  [
    'count the faces in my photo and email the number to me',
    [],
    ['detectFaces(picture=?picture)', 'sendmail(to=?to, body=@detectfaces.faces)'],
  ],
])('%s', (prompt, files, expected) => expect(lines(plan(prompt, files))).toEqual(expected));

test('what nobody said is asked for, with type, title and what it is for; nothing is made up', () => {
  const made = plan('Make it black and white and give me a public link');
  expect(made.inputs).toEqual([
    expect.objectContaining({
      field: 'picture',
      title: 'Picture',
      type: 'string',
      format: 's3-uri',
      contentMediaType: 'image/*',
      required: true,
      json: null,
      file: null,
    }),
  ]);
  expect(lines(made)).toEqual(['to_grayscale(picture=?picture)', 'sharelink(file=@to_grayscale.picture)']);
});

test('an attached file is an input with its address as default', () => {
  const made = plan('crop my photo to 80x60', ['me.jpg']);
  expect(made.inputs).toEqual([
    expect.objectContaining({ field: 'picture', json: '"s3://bucket/uploads/me.jpg"', file: 0 }),
  ]);
});

test('a file goes to the step that takes its kind; one that nothing takes is told', () => {
  const made = plan('Extract the text of the document and crop the picture to 10x20', ['a.png', 'b.pdf', 'c.mp3']);
  expect(made.inputs.map(({ field, file: index }) => [field, index]).sort()).toEqual([
    ['document', 1],
    ['picture', 0],
  ]);
  expect(made.notes.join()).toContain('c.mp3');
});

test('what no function does is shown as missing, by its own words, among the steps that can be done', () => {
  const made = plan('Make a QR code for https://example.com/menu and brew coffee');
  expect(lines(made)).toEqual(['qrcode(content=https://example.com/menu)', 'missing Brew coffee()']);
  expect(made.notes.join()).toContain('brew coffee');
  expect(lines(plan('Launch the rocket to Mars'))).toEqual(['missing Launch the rocket to Mars(to=Mars)']);
});

test.each([
  ['', 'PROMPT_EMPTY'],
  [' \n ', 'PROMPT_EMPTY'],
  ['?!…', 'PROMPT_EMPTY'],
  ['asdf qwer zxcv', 'PROMPT_NOT_UNDERSTOOD'],
  ['Hello, how are you?', 'PROMPT_NOT_UNDERSTOOD'],
])('“%s” is refused with %s and a way out', (prompt, code) => {
  let caught: unknown;
  try {
    plan(prompt);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(Problem);
  expect(caught).toMatchObject({ code, hint: expect.stringMatching(/\w{4,}/) });
});

test('each step says which words asked for it, or why it was added, and what else could do it', () => {
  const made = plan('Get the lab results of Maria Lopez');
  const [lookup, results] = made.steps as Extract<PlanStep, { kind: 'function' }>[];
  expect(results).toMatchObject({ because: 'Get the lab results of Maria Lopez', confidence: expect.any(Number) });
  expect(lookup!.because).toContain('Get lab results');
  expect(lookup!.arguments[0]!.because).toBe('Maria Lopez');
  for (const step of [lookup!, results!]) expect(step.confidence).toBeGreaterThan(0.3);
});

test('a name is looked up only where it leads to what is missing: without a name the id is asked for', () => {
  expect(lines(plan('Get the lab results of the patient'))).toEqual(['labResults(patient_id=?patient_id)']);
});

test('works with no functions, with one, and with odd schemas', () => {
  expect(lines(plan('send an e-mail', [], []))).toEqual(['missing Send an e-mail()']);
  const odd = {
    ...fn('ping', 'Ping server', 'Pings a server.', '', ''),
    input: { enum: 'no list' as never, properties: { host: {}, mode: { enum: {} as never } } },
    output: {},
  };
  expect(lines(plan('ping the server', [], [odd]))).toEqual(['ping()']);
});

test('the same request gives the same plan', () => {
  const prompt = 'Crop the picture to 300x200, make it black and white, then share a link.';
  expect(plan(prompt)).toEqual(plan(prompt));
});

test('a name such as __proto__ or a wall of text does no harm', () => {
  expect(() => plan('crop the picture __proto__ constructor toString to 3x4')).not.toThrow();
  const begun = performance.now();
  plan('find the order, '.repeat(1200).slice(0, 19_000));
  // a guard against running away, not a measure
  expect(performance.now() - begun).toBeLessThan(40_000);
});

test.each<[string, string]>([
  ['on October 15, 2022 at 8:30 PM', 'date 2022-10-15 · time 20:30'],
  ['tomorrow', 'date 2026-11-23'],
  ['the 3rd of May', 'date 2026-05-03'],
  ['$10,000.50 at 5%', 'money 10000.5 usd · percent 5 %'],
  ['256 x 128 px', 'size 256,128'],
  ['mail a.b@c.org about https://x.org/a?b=1.', 'email a.b@c.org · url https://x.org/a?b=1'],
  ['the file cat.png in s3://bucket/key.txt', 'file cat.png · s3 s3://bucket/key.txt'],
  ["say 'it's fine' or “so be it”", "quote it's fine · quote so be it"],
  ['75 kilograms', 'number 75 kilograms'],
  ['order AB-12 and [1, 2, three]', 'code AB-12 · list 1,2,three'],
])('reads the values of “%s”', (text, values) => {
  const found = tokenize(text, NOW).filter((token) => token.kind !== 'word' && token.kind !== 'mark');
  expect(
    found.map((token) => [token.kind, String(token.value), token.unit].filter(Boolean).join(' ')).join(' · '),
  ).toBe(values);
});
