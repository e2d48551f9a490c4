/** Requests that work offline on the first click. `file` says what to attach first. */
export const EXAMPLES: { label: string; prompt: string; file?: string }[] = [
  { label: 'Music for my mood', prompt: 'It will be perfect if you play music that matches my mood. This is Anna.' },
  {
    label: 'Resize a photo',
    prompt:
      'Create a workflow that retrieves an image from S3, resizes it to 256x256 and returns the public URL of the resized image for display in the UI',
    file: 'a photo',
  },
  { label: 'A QR code to share', prompt: 'Make a QR code for "https://example.com/menu" and give me a link to it' },
  { label: 'Text of a PDF', prompt: 'Extract the text from the PDF I upload and count its words', file: 'a PDF' },
  { label: 'CSV to JSON', prompt: 'Convert the CSV file I upload to JSON', file: 'a CSV file' },
  {
    label: 'A smaller picture',
    prompt: 'Convert the picture I upload to webp and give me a public link',
    file: 'a picture',
  },
];
