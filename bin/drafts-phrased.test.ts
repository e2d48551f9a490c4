/** Requests as people phrase them, drafted without a language model and with the shipped functions: a way of saying it each. */
import path from 'node:path';
import { expect, test } from 'vitest';
import { readManifests } from '@/lib/aws/manifests';
import { planOffline } from '@/lib/draft/offline';
import { lines } from '@/lib/draft/testing/lines';

const manifests = (await readManifests(path.join(import.meta.dirname, '..', 'lambdas'))).map(
  ({ manifest }) => manifest,
);
const now = new Date('2026-11-22T12:00:00');

test.each<[string, string[]]>([
  // a state that a thing is in, with no comma behind it
  [
    'check the data against the schema and if its not valid send "Broken" to slack',
    [
      'if @validatejson.valid != true',
      'validatejson(data=?data, schema=?schema)',
      'then: sendslackmessage(text=Broken)',
    ],
  ],
  [
    'validate the data against the schema; when invalid send "Broken" to slack',
    [
      'if @validatejson.valid != true',
      'validatejson(data=?data, schema=?schema)',
      'then: sendslackmessage(text=Broken)',
    ],
  ],
  [
    'if the sentiment of the letter is positive post "Hooray" to slack',
    [
      'if @analyzesentiment.sentiment = positive',
      'analyzesentiment(text=?text)',
      'then: sendslackmessage(text=Hooray)',
    ],
  ],
  // a language; and the text is translated, not the name of its language
  [
    'detect the language of the text and if it is not french translate it to french',
    [
      'if @detectlanguage.language != French',
      'detectlanguage(text=?text)',
      'then: translatetext(text=?text, target_language=french)',
    ],
  ],
  // what the condition is about decides which function is meant
  [
    'fetch https://example.com/up, if the status is not 200 post "Down" to slack',
    ['if @httprequest.status != 200', 'httprequest(url=https://example.com/up)', 'then: sendslackmessage(text=Down)'],
  ],
  // what no step tells is asked for and compared, not answered with yes or no
  [
    'if the order total exceeds 500 euros, post "Big one" to slack',
    ['if ?order_total > 500', 'then: sendslackmessage(text=Big one)'],
  ],
  [
    'unless the status is "paid", post "Remind them" to slack',
    ['if ?status != paid', 'then: sendslackmessage(text=Remind them)'],
  ],
  // a size is no picture
  [
    'If the order total is over 100, resize the photo to 300x200, otherwise turn it grey',
    [
      'if ?order_total > 100',
      'then: resizeimage(image=?image, width=300, height=200)',
      'otherwise: grayscaleimage(image=?image)',
    ],
  ],
  // words that compare ask for nothing to be done
  [
    'if the picture is smaller than 300 pixels, turn it grey',
    ['if @imageinfo.width < 300', 'imageinfo(image=?image)', 'then: grayscaleimage(image=?image)'],
  ],
  [
    'if the text is longer than 100 characters, post "Too long" to slack',
    ['if @wordcount.characters > 100', 'wordcount(text=?text)', 'then: sendslackmessage(text=Too long)'],
  ],
  // what is in the file or behind the address, not its name
  [
    'translate notes.txt to Italian',
    ['readtextfile(file=?notes)', 'translatetext(text=@readtextfile.text, target_language=Italian)'],
  ],
  [
    'summarize https://example.com/report in 3 sentences',
    ['fetchpage(url=https://example.com/report)', 'summarizetext(text=@fetchpage.text, sentences=3)'],
  ],
  // what was made goes along, not what it was made of
  [
    'make a pie chart from costs.csv and send it to my boss (boss@example.com)',
    [
      'csvtojson(file=?costs)',
      'makechart(rows=@csvtojson.rows, label_column=?label_column, value_column=?value_column, chart_type=pie)',
      'sendemail(to=boss@example.com, subject=?subject, text=?text, attachments=@makechart.image)',
    ],
  ],
  // a moment to wait for
  [
    'wait until 2031-05-01T08:00:00Z and then post "May" to slack',
    ['sendslackmessage(text=May)', 'wait 2031-05-01T08:00:00Z'],
  ],
  // work that a noun names, where no verb asks for it
  ['a collage of the three drawings, 2 across', ['makecollage(images=?images, across=2)']],
  [
    'median age of members.csv',
    ['csvtojson(file=?members)', 'aggregaterows(rows=@csvtojson.rows, operation=median, column=age)'],
  ],
  // the columns of a table that a step has made
  [
    'sum the hours by project in times.csv and draw a bar chart',
    [
      'csvtojson(file=?times)',
      'aggregaterows(rows=@csvtojson.rows, operation=sum, column=hour, group_by=project)',
      'makechart(rows=@aggregaterows.rows, label_column=project, value_column=sum, chart_type=bar)',
    ],
  ],
  // a file that is named is of a kind that the function takes
  ['read members.xlsx', ['readexcel(file=?members)']],
  // the ending of the file that is to come
  [
    'read members.xlsx, sort by age and save as sorted.csv',
    [
      'readexcel(file=?members)',
      'sortrows(rows=@readexcel.rows, column=age)',
      'jsontocsv(rows=@sortrows.rows, file_name=sorted.csv)',
    ],
  ],
  [
    'rotate the drawing by 180 degrees and save it as turned.webp',
    ['rotateimage(image=?image, degrees=180)', 'convertimage(image=@rotateimage.image, target_format=webp)'],
  ],
  [
    'a summary of minutes.txt saved as short.txt',
    [
      'readtextfile(file=?minutes)',
      'summarizetext(text=@readtextfile.text)',
      'savetextfile(text=@summarizetext.text, file_name=short.txt)',
    ],
  ],
  // what is sent without a text of its own: what was made last, or a link to it, or a file of the kind that is named
  [
    'count the words of essay.txt and tell slack',
    ['readtextfile(file=?essay)', 'wordcount(text=@readtextfile.text)', 'sendslackmessage(text=@wordcount.words)'],
  ],
  [
    'make a collage of the drawings and mail a link to it to eva@example.com',
    [
      'makecollage(images=?images)',
      'generatepublicurl(file=@makecollage.image)',
      'sendemail(to=eva@example.com, subject=?subject, text=@generatepublicurl.url)',
    ],
  ],
  [
    'sort members.xlsx by age and mail the list as csv to eva@example.com',
    [
      'readexcel(file=?members)',
      'sortrows(rows=@readexcel.rows, column=age)',
      'jsontocsv(rows=@sortrows.rows)',
      'sendemail(to=eva@example.com, subject=?subject, text=?text, attachments=@jsontocsv.file)',
    ],
  ],
  // files that are only named, and what is made of them
  [
    'take a.pdf, b.pdf and c.pdf, put them together and send the result to eva@example.com',
    [
      'mergepdfs(files=?files)',
      'sendemail(to=eva@example.com, subject=?subject, text=?text, attachments=@mergepdfs.file)',
    ],
  ],
  // a choice whose condition looks something up, and what follows on both of its ways
  [
    'see whether the letter is in French, if not translate it to French, then mail it to eva@example.com',
    [
      'if @detectlanguage.language = French',
      'detectlanguage(text=?text)',
      'otherwise: translatetext(text=?text, target_language=French)',
      'sendemail(to=eva@example.com, subject=?subject, text=@translatetext.text)',
    ],
  ],
  [
    'If the height of the drawing isn’t 300 resize it to 400x300. Give me a link.',
    [
      'if @imageinfo.height != 300',
      'imageinfo(image=?image)',
      'then: resizeimage(image=?image, width=400, height=300)',
      'generatepublicurl(file=@resizeimage.image)',
    ],
  ],
  [
    'if it is a gif turn it into a png, else leave it as it is, then hash it',
    [
      'if @imageinfo.format = gif',
      'imageinfo(image=?image)',
      'then: convertimage(image=?image, target_format=png)',
      'hashfile(file=@convertimage.image)',
    ],
  ],
  ['wait half an hour and then post "Tea" to slack', ['sendslackmessage(text=Tea)', 'wait 1800']],
  // which rows of a table are kept
  [
    'read members.csv, drop rows where harbour is Oslo and mail the rest as csv to eva@example.com',
    [
      'csvtojson(file=?members)',
      'filterrows(rows=@csvtojson.rows, column=harbour, operator=not equals, value=Oslo)',
      'jsontocsv(rows=@filterrows.rows)',
      'sendemail(to=eva@example.com, subject=?subject, text=?text, attachments=@jsontocsv.file)',
    ],
  ],
  [
    'filter members.csv for age under 20 and give me a link to the csv',
    [
      'csvtojson(file=?members)',
      'filterrows(rows=@csvtojson.rows, column=age, operator=less than, value=20)',
      'jsontocsv(rows=@filterrows.rows)',
      'generatepublicurl(file=@jsontocsv.file)',
    ],
  ],
  // several files, and what takes one at a time
  ['rotate these four pictures by 90 degrees', ['loop ?pictures', 'each: rotateimage(image=each, degrees=90)']],
  // an address of data, and rows out of what it answers
  [
    'pull data from https://api.example.com/boats, take the field fleet, sort by length and save as boats.csv',
    [
      'httprequest(url=https://api.example.com/boats)',
      'pickfromjson(data=@httprequest.data, path=fleet)',
      'sortrows(rows=@pickfromjson.data, column=length)',
      'jsontocsv(rows=@sortrows.rows, file_name=boats.csv)',
    ],
  ],
  // a verb and its particle
  [
    'add up the hours in times.csv',
    ['csvtojson(file=?times)', 'aggregaterows(rows=@csvtojson.rows, operation=sum, column=hour)'],
  ],
  ['put the text "Sold" on the picture', ['watermarkimage(image=?image, text=Sold)']],
  // "add" alone tells nothing of what is added
  ['add 3 days to 2031-01-05', ['addtodate(date=2031-01-05, amount=3, unit=days)']],
  ['add a shadow to the picture', ['missing Add a shadow to the picture()']],
  // each row of a table that is named as a file
  [
    'make a qr code for every link in links.csv and zip them',
    [
      'loop @csvtojson.rows',
      'csvtojson(file=?links)',
      'each: makeqrcode(text=each.link)',
      'zipfiles(files=@makeqrcode.image)',
    ],
  ],
  // work that is named as what is sent
  [
    'email the summary of minutes.pdf to eva@example.com with subject "Minutes"',
    [
      'extracttextfrompdf(file=?minutes)',
      'summarizetext(text=@extracttextfrompdf.text)',
      'sendemail(to=eva@example.com, subject=Minutes, text=@summarizetext.text)',
    ],
  ],
  [
    'send a collage of the drawings to eva@example.com',
    [
      'makecollage(images=?images)',
      'sendemail(to=eva@example.com, subject=?subject, text=?text, attachments=@makecollage.image)',
    ],
  ],
  // what a file is to be, rather than what it is; as high as it is wide
  ['turn the drawing.png into a webp', ['convertimage(image=?drawing, target_format=webp)']],
  ['crop the drawing to a square of 90 pixels', ['cropimage(image=?image, width=90, height=90)']],
  // what a step gives under a name; "that" is what was found out
  [
    'validate the data against the schema; when invalid post the errors on slack',
    [
      'if @validatejson.valid != true',
      'validatejson(data=?data, schema=?schema)',
      'then: sendslackmessage(text=@validatejson.errors)',
    ],
  ],
  [
    'extract the text of letter.pdf, detect its language and post that on slack',
    [
      'extracttextfrompdf(file=?letter)',
      'detectlanguage(text=@extracttextfrompdf.text)',
      'sendslackmessage(text=@detectlanguage.language)',
    ],
  ],
  // in what form the result is wanted, said in passing
  [
    'black and white version of cat.jpg as a webp with a link',
    [
      'grayscaleimage(image=?cat)',
      'convertimage(image=@grayscaleimage.image, target_format=webp)',
      'generatepublicurl(file=@convertimage.image)',
    ],
  ],
  // tried so often, and what then is done
  [
    'call the webhook https://example.com/hook with "ping", try 5 times, and if it still doesnt work post "down" to slack',
    ['callwebhook(url=https://example.com/hook, data=ping)', 'failed: sendslackmessage(text=down)'],
  ],
  // what is allowed is not asked for
  ['make a qr code of "door 3", make it 300 px, black and white is fine', ['makeqrcode(text=door 3, size=300)']],
])('%s', (prompt, expected) => {
  expect(lines(planOffline({ prompt, files: [], manifests, now }))).toEqual(expected);
});

test('so often it is tried, at once or in so many words', () => {
  const retries = (prompt: string) =>
    planOffline({ prompt, files: [], manifests, now }).steps.flatMap((step) =>
      step.kind === 'function' && step.retry ? [step.retry.attempts] : [],
    );
  expect(retries('fetch the page https://example.com, try 4 times')).toEqual([4]);
  expect(retries('try fetching the page https://example.com up to 6 times')).toEqual([6]);
  expect(retries('fetch the page https://example.com six times a day')).toEqual([]);
});
